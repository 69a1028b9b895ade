#include "core/text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace alexnet {
namespace {

struct Block {
  char32_t first;
  char32_t last;
};

// Source: Unicode 15, EastAsianWidth.txt (classes W and F), whole blocks.
constexpr std::array kWide = {Block{0x1100, 0x115F},   Block{0x2E80, 0x303E},  Block{0x3041, 0xA4CF},
                              Block{0xAC00, 0xD7A3},   Block{0xF900, 0xFAFF},  Block{0xFE30, 0xFE6F},
                              Block{0xFF00, 0xFF60},   Block{0xFFE0, 0xFFE6},  Block{0x1F300, 0x1F64F},
                              Block{0x1F900, 0x1F9FF}, Block{0x20000, 0x3FFFD}};
constexpr std::array kCombining = {Block{0x0300, 0x036F}, Block{0x200B, 0x200F}, Block{0x20D0, 0x20FF},
                                   Block{0xFE00, 0xFE0F}};

template <std::size_t n>
bool in(const std::array<Block, n>& blocks, char32_t character) {
  return std::ranges::any_of(blocks, [=](const Block& b) { return b.first <= character && character <= b.last; });
}

bool is_plain(std::optional<char32_t> character) {
  return character && *character >= 0x20 && (*character < 0x7F || *character >= 0xA0);
}

int columns(std::optional<char32_t> character) {
  return !character ? 1 : in(kCombining, *character) ? 0 : in(kWide, *character) ? 2 : 1;
}

/// Punctuation that stays with what stands before it, and such that stays with what follows.
constexpr std::u32string_view kClosing = U"\uFF0C\u3002\uFF1B\uFF1A\uFF1F\uFF01\uFF09\u3001\u201D\u300D";
constexpr std::u32string_view kOpening = U"\uFF08\u201C\u300C";

bool one_of(std::u32string_view set, std::optional<char32_t> character) {
  return character && set.find(*character) != std::u32string_view::npos;
}

std::string spaces(std::string_view text, int width) {
  return std::string(static_cast<std::size_t>(std::max(width - display_width(text), 0)), ' ');
}

}  // namespace

std::optional<char32_t> take_character(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const std::size_t length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  char32_t character = length == 1 ? first : first & (0x7Fu >> length);
  bool valid = length == 1 || (first >= 0xC2 && first <= 0xF4 && text.size() >= length);
  for (std::size_t i = 1; valid && i < length; ++i) {
    valid = (byte(i) & 0xC0) == 0x80;
    character = (character << 6) | (byte(i) & 0x3Fu);
  }
  const bool too_long = (length == 3 && character < 0x800) || (length == 4 && character < 0x10000);
  const bool no_character = (character >= 0xD800 && character < 0xE000) || character > 0x10FFFF;
  valid = valid && !too_long && !no_character;
  text.remove_prefix(valid ? length : 1);
  return valid ? std::optional(character) : std::nullopt;
}

bool is_plain_text(std::string_view text) {
  while (!text.empty()) {
    if (!is_plain(take_character(text))) {
      return false;
    }
  }
  return true;
}

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view from = text;
    const bool plain = is_plain(take_character(text));
    out += plain ? from.substr(0, from.size() - text.size()) : "?";
  }
  return out;
}

int display_width(std::string_view text) {
  int width = 0;
  while (!text.empty()) {
    width += columns(take_character(text));
  }
  return width;
}

std::string pad_left(std::string_view text, int width) { return spaces(text, width).append(text); }

std::string pad_right(std::string_view text, int width) { return std::string(text) + spaces(text, width); }

void append_closed(std::string& text, std::string_view piece) {
  const auto begins_wide = [](std::string_view t) { return !t.empty() && columns(take_character(t)) == 2; };
  const auto ends_wide = [&](std::string_view t) {
    const auto is_first = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
    const auto first = std::find_if(t.rbegin(), t.rend(), is_first);
    return first != t.rend() && begins_wide(t.substr(static_cast<std::size_t>(t.rend() - first) - 1));
  };
  if (text.ends_with(' ') && begins_wide(piece) && ends_wide(std::string_view(text).substr(0, text.size() - 1))) {
    text.pop_back();
  } else if (piece.starts_with(' ') && begins_wide(piece.substr(1)) && ends_wide(text)) {
    piece.remove_prefix(1);
  }
  text += piece;
}

std::string fitted(std::string_view text, int width) {
  std::string_view rest = text;
  while (!rest.empty()) {
    std::string_view behind = rest;
    width -= columns(take_character(behind));
    if (width < 0) {
      break;
    }
    rest = behind;
  }
  return std::string(text.substr(0, text.size() - rest.size()));
}

std::string_view take_piece(std::string_view& word) {
  std::string_view rest = word;
  bool after_wide = false;
  bool after_opening = false;
  while (!rest.empty()) {
    std::string_view behind = rest;
    const auto character = take_character(behind);
    const bool wide = columns(character) == 2;
    const bool first = rest.size() == word.size();
    if (!first && !after_opening && (wide || after_wide) && !one_of(kClosing, character)) {
      break;
    }
    after_wide = wide;
    after_opening = one_of(kOpening, character);
    rest = behind;
  }
  const auto piece = word.substr(0, word.size() - rest.size());
  word = rest;
  return piece;
}

std::string wrapped(std::string_view text, int width, int indent) {
  std::string out;
  int used = indent;
  while (!text.empty()) {
    std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    int gap = 1;
    do {
      const auto piece = take_piece(word);
      const int needed = display_width(piece);
      if (used > indent && width > 0 && used + gap + needed > width) {
        out += '\n' + std::string(static_cast<std::size_t>(indent), ' ');
        used = indent;
      } else if (used > indent) {
        out.append(static_cast<std::size_t>(gap), ' ');
        used += gap;
      }
      out += piece;
      used += needed;
      gap = 0;
    } while (!word.empty());
  }
  return out;
}

std::string aligned(const std::vector<std::vector<std::string>>& lines, const std::vector<bool>& to_the_right) {
  std::vector<int> widths(to_the_right.size());
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(line[i]));
    }
  }
  std::string text;
  for (const auto& line : lines) {
    std::string row;
    for (std::size_t i = 0; i < line.size(); ++i) {
      row += i == 0 ? "" : "  ";
      row += to_the_right[i] ? pad_left(line[i], widths[i]) : pad_right(line[i], widths[i]);
    }
    row.erase(row.find_last_not_of(' ') + 1);
    text += row + '\n';
  }
  return text;
}

std::string with_commas(std::int64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t end = text.size(); end > 3 && text[end - 4] != '-';) {
    end -= 3;
    text.insert(end, ",");
  }
  return text;
}

std::string short_number(double number) {
  std::string text = fmt::format("{:.4g}", number);
  if (const auto exponent = text.find("e-0"); exponent != std::string::npos) {
    text.erase(exponent + 2, 1);
  }
  return text;
}

std::string byte_text(std::int64_t bytes) {
  constexpr std::array<const char*, 4> kUnits{"kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  if (value < 1000) {
    return fmt::format("{} bytes", bytes);
  }
  std::size_t unit = 0;
  for (value /= 1000; value >= 999.95 && unit + 1 < kUnits.size(); ++unit) {
    value /= 1000;
  }
  return fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) {
    return text;
  }
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  }
  return quoted + '"';
}

}  // namespace alexnet
