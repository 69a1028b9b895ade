#pragma once

#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace alexnet::charts::detail {

inline constexpr double kTitleSize = 16;
inline constexpr double kTextSize = 12;
inline constexpr double kLineHeight = 17;
inline constexpr double kEdge = 16;  // free space at every side of a chart

/// Classes "ax-..." of every element, light and dark. Colour i of series is "ax-s<i>", i < kColours.
[[nodiscard]] std::string_view style_sheet();
inline constexpr std::size_t kColours = 6;

template <class... Arguments>
void put(std::string& out, fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  fmt::format_to(std::back_inserter(out), text, std::forward<Arguments>(arguments)...);
}

/// A text element; `anchor` is start, middle or end.
void put_text(std::string& out, double x, double y, std::string_view classes, std::string_view anchor,
              std::string_view text);

}  // namespace alexnet::charts::detail
