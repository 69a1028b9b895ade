#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace alexnet {

/// Valid UTF-8 without control characters: what a name may be made of.
[[nodiscard]] bool is_plain_text(std::string_view text);
/// Columns of a terminal: Chinese, Japanese and Korean characters take two, combining marks none.
[[nodiscard]] int display_width(std::string_view text);
/// Spaces on the left or right up to `width` columns.
[[nodiscard]] std::string pad_left(std::string_view text, int width);
[[nodiscard]] std::string pad_right(std::string_view text, int width);
/// Lines of at most `width` columns, broken at spaces (a longer word stays whole); 0 = one line. Ends with a newline.
[[nodiscard]] std::string wrapped(std::string_view text, int width);
/// "60,965,224"
[[nodiscard]] std::string with_commas(std::int64_t number);
/// At most four digits: "0.75", "2e-5".
[[nodiscard]] std::string short_number(double number);
/// "1.1 MiB"
[[nodiscard]] std::string byte_text(std::int64_t bytes);

}  // namespace alexnet
