#include "cli/terminal.h"

#include <cstdlib>
#include <string_view>

#include <sys/ioctl.h>
#include <unistd.h>

namespace alexnet::cli {
namespace {

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

int width_from_environment() {
  const char* columns = std::getenv("COLUMNS");
  const int width = columns != nullptr ? std::atoi(columns) : 0;
  return width > 0 ? width : 80;
}

}  // namespace

Terminal terminal_of(int descriptor, ColourChoice colour) {
  Terminal t;
  t.colour = colour == ColourChoice::kAlways;
  if (isatty(descriptor) == 0) {
    return t;
  }
  winsize size{};
  t.width = ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : width_from_environment();
  const char* term = std::getenv("TERM");
  t.terminal = term != nullptr && std::string_view(term) != "dumb" && *term != '\0';
  t.colour = t.colour || (colour == ColourChoice::kAuto && t.terminal && !is_set("NO_COLOR"));
  return t;
}

}  // namespace alexnet::cli
