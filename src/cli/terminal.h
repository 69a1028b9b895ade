#pragma once

#include <string>
#include <string_view>

namespace alexnet::cli {

/// What one output stream can do. Each stream is asked by itself: standard output may be a file while standard error
/// is a terminal.
struct Terminal {
  bool terminal = false;  ///< a terminal that understands cursor movement (TERM is not "dumb")
  bool colour = false;    ///< `terminal`, and NO_COLOR is not set
  int width = 0;          ///< columns; 0 = no limit (a file or a pipe)
};

[[nodiscard]] Terminal terminal_of(int descriptor);

/// Columns that UTF-8 text takes in a terminal: 2 for Chinese, Japanese and Korean characters and emoji, 0 for marks
/// that combine, 1 for others (a byte that is no UTF-8 counts as one column).
[[nodiscard]] int display_width(std::string_view text);

/// `text` with spaces behind it (in front of it for pad_left) up to `width` columns.
[[nodiscard]] std::string pad_right(std::string_view text, int width);
[[nodiscard]] std::string pad_left(std::string_view text, int width);

/// The longest front part of `text` that fits `width` columns; whole characters only.
[[nodiscard]] std::string fitted(std::string_view text, int width);

/// Control characters (a file name may hold an escape sequence) replaced by '?'.
[[nodiscard]] std::string printable(std::string_view text);

/// Words wrapped at `width` columns, each line after the first begins with `indent` spaces.
[[nodiscard]] std::string wrapped(std::string_view text, int width, int indent);

}  // namespace alexnet::cli
