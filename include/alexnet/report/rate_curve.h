#pragma once

#include <string>

#include "alexnet/train/rate_search.h"

namespace alexnet::report {

/// Why this rate is suggested, or why none is, as a sentence or two.
[[nodiscard]] std::string reason_words(const RateSearch& search);

/// The loss over the learning rate (as a power of ten), with the suggested rate marked.
[[nodiscard]] std::string rate_curve_svg(const RateSearch& search);

}  // namespace alexnet::report
