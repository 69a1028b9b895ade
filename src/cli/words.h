#pragma once

#include <cstdint>
#include <string>

#include "alexnet/infer/evaluation.h"

/// Numbers and names as people read them.
namespace alexnet::cli {

/// "28,096,769".
[[nodiscard]] std::string grouped(std::int64_t number);
/// "12.3 MB" (powers of 1000), "1.2 GB".
[[nodiscard]] std::string bytes_words(std::int64_t bytes);
/// "9.3 s", "4 min 10 s", "2 h 5 min".
[[nodiscard]] std::string seconds_words(double seconds);
/// "61.3 %" of a share.
[[nodiscard]] std::string percent(double share);
/// "55.9 to 69.1 %".
[[nodiscard]] std::string interval_words(const Interval& interval);
/// A word for a shell: quoted where it must be.
[[nodiscard]] std::string shell_word(const std::string& text);

}  // namespace alexnet::cli
