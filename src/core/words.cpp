#include "core/words.h"

#include <cmath>
#include <cstdint>

#include <fmt/format.h>

#include "core/say.h"

namespace alexnet {

std::string seconds_words(double seconds, Language language) {
  const Say say(language);
  if (seconds < 60) {
    return say("{:.1f} s", seconds);
  }
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  return whole < 3600 ? say("{} min {} s", whole / 60, whole % 60)
                      : say("{} h {} min", whole / 3600, whole % 3600 / 60);
}

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

std::string range_words(double low, double high, Language language) {
  return Say(language)("{:.1f} to {:.1f} %", 100 * low, 100 * high);
}

std::string shell_word(const std::string& text) {
  const auto plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,+@%";
  if (!text.empty() && text.find_first_not_of(plain) == std::string::npos) {
    return text;
  }
  std::string out("'");
  for (const char c : text) {
    if (c == '\'') {
      out.append("'\\''");
    } else {
      out.push_back(c);
    }
  }
  out.push_back('\'');
  return out;
}

}  // namespace alexnet
