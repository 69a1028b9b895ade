#pragma once

#include <string>

#include "alexnet/core/messages.h"

/// Numbers and names as people read them.
namespace alexnet {

/// "9.3 s", "4 min 10 s", "2 h 5 min".
[[nodiscard]] std::string seconds_words(double seconds, Language language = Language::kEnglish);
/// "61.3 %" of a share.
[[nodiscard]] std::string percent(double share);
/// "55.9 to 69.1 %" of two shares.
[[nodiscard]] std::string range_words(double low, double high, Language language = Language::kEnglish);
/// A word for a shell: quoted where it must be.
[[nodiscard]] std::string shell_word(const std::string& text);

}  // namespace alexnet
