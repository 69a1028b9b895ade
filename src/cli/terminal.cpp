#include "cli/terminal.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

#include <sys/ioctl.h>
#include <unistd.h>

namespace alexnet::cli {
namespace {

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

// Source: Unicode 15, EastAsianWidth.txt (classes W and F), whole blocks.
constexpr std::array kWide = {Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},  Range{0x3041, 0x33FF},
                              Range{0x3400, 0x4DBF},   Range{0x4E00, 0x9FFF},  Range{0xA000, 0xA4CF},
                              Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},  Range{0xFE30, 0xFE6F},
                              Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},  Range{0x1F300, 0x1F64F},
                              Range{0x1F900, 0x1F9FF}, Range{0x20000, 0x3FFFD}};
constexpr std::array kCombining = {Range{0x0300, 0x036F}, Range{0x200B, 0x200F}, Range{0x20D0, 0x20FF},
                                   Range{0xFE00, 0xFE0F}};

template <std::size_t n>
bool in(const std::array<Range, n>& ranges, std::uint32_t code) {
  return std::ranges::any_of(ranges, [&](const Range& r) { return r.first <= code && code <= r.last; });
}

struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
};

/// The first character of `text`, which is not empty; an invalid byte stands for itself.
Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t lead = byte(0);
  const std::size_t length = lead >= 0xF0 && lead < 0xF8 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  if (length == 1 || lead >= 0xF8 || text.size() < length) {
    return {lead, 1};
  }
  std::uint32_t code = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) {
      return {lead, 1};
    }
    code = code << 6 | (byte(i) & 0x3F);
  }
  return {code, length};
}

int width_of(std::uint32_t code) { return in(kCombining, code) ? 0 : in(kWide, code) ? 2 : 1; }

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

Terminal terminal_of(int descriptor) {
  Terminal t;
  if (isatty(descriptor) == 0) {
    return t;
  }
  winsize size{};
  t.width = ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : width_from_environment();
  const char* term = std::getenv("TERM");
  t.terminal = term != nullptr && std::string_view(term) != "dumb" && *term != '\0';
  t.colour = t.terminal && !is_set("NO_COLOR");
  return t;
}

int display_width(std::string_view text) {
  int width = 0;
  while (!text.empty()) {
    const auto c = first_character(text);
    width += width_of(c.code);
    text.remove_prefix(c.bytes);
  }
  return width;
}

std::string pad_right(std::string_view text, int width) {
  return std::string(text) + std::string(static_cast<std::size_t>(std::max(0, width - display_width(text))), ' ');
}

std::string pad_left(std::string_view text, int width) {
  return std::string(static_cast<std::size_t>(std::max(0, width - display_width(text))), ' ') + std::string(text);
}

std::string fitted(std::string_view text, int width) {
  std::size_t end = 0;
  while (end < text.size()) {
    const auto c = first_character(text.substr(end));
    width -= width_of(c.code);
    if (width < 0) {
      break;
    }
    end += c.bytes;
  }
  return std::string(text.substr(0, end));
}

std::string printable(std::string_view text) {
  std::string out(text);
  std::ranges::replace_if(
      out, [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; }, '?');
  return out;
}

std::string wrapped(std::string_view text, int width, int indent) {
  std::string out;
  int column = indent;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    const int columns = display_width(word);
    if (column > indent && column + 1 + columns > width) {
      out += '\n' + std::string(static_cast<std::size_t>(indent), ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += columns;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace alexnet::cli
