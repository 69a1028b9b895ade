#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace alexnet::charts::detail {

/// Text for an element or an attribute: markup escaped, characters that XML forbids and broken UTF-8 replaced.
[[nodiscard]] std::string escaped(std::string_view text);
/// Width in pixels, estimated: a file cannot ask the font of its reader. CJK characters are a full square.
[[nodiscard]] double text_width(std::string_view text, double font_size);
/// Lines no wider than `width`, broken at spaces and between CJK characters; at most `lines`, the last one cut.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, double font_size, double width,
                                               std::size_t lines);
/// The text, or where it is wider its beginning, "…", and of its end the share `tail` of the width.
[[nodiscard]] std::string shortened(std::string_view text, double font_size, double width, double tail = 0);

}  // namespace alexnet::charts::detail
