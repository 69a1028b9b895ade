#pragma once

namespace alexnet::cli {

/// --color: `kAuto` colours a terminal, unless NO_COLOR is set or TERM is "dumb".
enum class ColourChoice { kAuto, kAlways, kNever };

/// What one output stream can do. Each stream is asked by itself: standard output may be a file while standard error
/// is a terminal.
struct Terminal {
  bool terminal = false;  ///< a terminal that understands cursor movement (TERM is not "dumb")
  bool colour = false;    ///< as ColourChoice says
  int width = 0;          ///< columns; 0 = no limit (a file or a pipe)
};

[[nodiscard]] Terminal terminal_of(int descriptor, ColourChoice colour);

}  // namespace alexnet::cli
