#include "network/text.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace alexnet {
namespace {

constexpr char32_t kInvalid = 0xFFFFFFFF;

/// Takes one character off the front of `text`; kInvalid (and one byte) where it is not UTF-8.
char32_t take_character(std::string_view& text) {
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
  return valid ? character : kInvalid;
}

/// First and last character of the blocks that a terminal draws two columns wide (Unicode TR 11: W and F).
constexpr std::array<std::pair<char32_t, char32_t>, 9> kWide{{{0x1100, 0x115F},
                                                              {0x2E80, 0x303E},
                                                              {0x3041, 0xA4CF},
                                                              {0xAC00, 0xD7A3},
                                                              {0xF900, 0xFAFF},
                                                              {0xFE30, 0xFE6F},
                                                              {0xFF00, 0xFF60},
                                                              {0xFFE0, 0xFFE6},
                                                              {0x1F300, 0x3FFFD}}};

int columns(char32_t character) {
  if (character >= 0x300 && character <= 0x36F) {
    return 0;
  }
  const bool wide =
      std::ranges::any_of(kWide, [=](const auto& b) { return character >= b.first && character <= b.second; });
  return wide ? 2 : 1;
}

std::string spaces(std::string_view text, int width) {
  return std::string(static_cast<std::size_t>(std::max(width - display_width(text), 0)), ' ');
}

}  // namespace

bool is_plain_text(std::string_view text) {
  while (!text.empty()) {
    const char32_t character = take_character(text);
    if (character == kInvalid || character < 0x20 || (character >= 0x7F && character < 0xA0)) {
      return false;
    }
  }
  return true;
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

std::string wrapped(std::string_view text, int width) {
  std::string out;
  int used = 0;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    const int needed = display_width(word);
    if (used > 0) {
      const bool breaks = width > 0 && used + 1 + needed > width;
      out += breaks ? '\n' : ' ';
      used = breaks ? 0 : used + 1;
    }
    out += word;
    used += needed;
  }
  return out + '\n';
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
  constexpr std::array<const char*, 5> kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

}  // namespace alexnet
