#pragma once

#include <string>

#include "alexnet/infer/evaluation.h"

#include "core/words.h"

/// Numbers and names as people read them.
namespace alexnet::cli {

using alexnet::percent;
using alexnet::seconds_words;
using alexnet::shell_word;

/// "55.9 to 69.1 %".
[[nodiscard]] std::string interval_words(const Interval& interval);

}  // namespace alexnet::cli
