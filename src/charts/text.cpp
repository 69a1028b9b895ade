#include "charts/text.h"

#include <algorithm>

#include "core/text.h"

namespace alexnet::charts::detail {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

/// The character that begins at `at`, and how many bytes it takes; what XML cannot hold is replaced.
struct Character {
  char32_t code = kReplacement;
  std::size_t bytes = 1;
};

Character character_at(std::string_view text, std::size_t at) {
  std::string_view rest = text.substr(at);
  const auto code = take_character(rest);
  const bool is_character = code && *code != 0xFFFE && *code != 0xFFFF;
  return {is_character ? *code : kReplacement, text.size() - at - rest.size()};
}

bool is_square(char32_t code) { return code >= 0x1100 && (code < 0x2000 || code >= 0x2E80); }

double width_of(char32_t code) {
  if (is_square(code)) {
    return 1.0;
  }
  constexpr std::string_view kNarrow = " !'(),.:;I[]`fijlrt|";
  constexpr std::string_view kWide = "%&@GMOQWmw";
  const char letter = code < 0x80 ? static_cast<char>(code) : 'n';
  if (kNarrow.find(letter) != std::string_view::npos) {
    return 0.34;
  }
  return kWide.find(letter) != std::string_view::npos ? 0.86 : 0.6;
}

/// Bytes of the longest beginning that is no wider than `width`.
std::size_t fitting(std::string_view text, double font_size, double width) {
  std::size_t at = 0;
  for (double used = 0; at < text.size();) {
    const Character c = character_at(text, at);
    used += width_of(c.code) * font_size;
    if (used > width) {
      break;
    }
    at += c.bytes;
  }
  return at;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const Character c = character_at(text, at);
    const bool forbidden = c.code < 0x20 && c.code != '\t' && c.code != '\n' && c.code != '\r';
    if (c.code == '<') {
      out += "&lt;";
    } else if (c.code == '>') {
      out += "&gt;";
    } else if (c.code == '&') {
      out += "&amp;";
    } else if (c.code == '"') {
      out += "&quot;";
    } else if (c.code == kReplacement || forbidden) {
      out += "\xEF\xBF\xBD";
    } else {
      out += text.substr(at, c.bytes);
    }
    at += c.bytes;
  }
  return out;
}

double text_width(std::string_view text, double font_size) {
  double width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Character c = character_at(text, at);
    width += width_of(c.code);
    at += c.bytes;
  }
  return width * font_size;
}

std::vector<std::string> wrapped(std::string_view text, double font_size, double width, std::size_t lines) {
  std::vector<std::string> out;
  while (!text.empty()) {
    if (out.size() + 1 == lines) {
      out.push_back(shortened(text, font_size, width));
      break;
    }
    // The longest beginning that fits, back to behind its last space or square character where there is one.
    const std::size_t fits = std::max(fitting(text, font_size, width), character_at(text, 0).bytes);
    std::size_t end = fits;
    for (std::size_t at = 0; at < fits && fits < text.size();) {
      const Character c = character_at(text, at);
      at += c.bytes;
      if (c.code == ' ' || is_square(c.code) || text[at] == ' ') {
        end = at;
      }
    }
    const std::string_view line = text.substr(0, end);
    out.emplace_back(line.substr(0, line.find_last_not_of(' ') + 1));
    text.remove_prefix(std::min(text.find_first_not_of(' ', end), text.size()));
  }
  return out;
}

std::string shortened(std::string_view text, double font_size, double width, double tail) {
  if (text_width(text, font_size) <= width) {
    return std::string(text);
  }
  const double room = width - font_size;  // without the ellipsis
  const std::size_t begin = fitting(text, font_size, room * (1 - tail));
  std::size_t end = begin;
  while (end < text.size() && text_width(text.substr(end), font_size) > room * tail) {
    end += character_at(text, end).bytes;
  }
  return std::string(text.substr(0, begin)) + "\xE2\x80\xA6" + std::string(text.substr(end));
}

}  // namespace alexnet::charts::detail
