#pragma once

#include <cstdint>

#include "alexnet/train/recipe.h"

namespace alexnet {

/// The learning rate of step `step` (from 0, over the whole training) where an epoch has `steps_per_epoch` steps.
/// With w = warmup_epochs * steps_per_epoch and n = epochs * steps_per_epoch steps:
/// warm-up  rate * (step + 1) / w                                            for step < w
/// constant rate
/// step     rate * step_factor ^ floor(step / (step_epochs * steps_per_epoch))
/// cosine   final_rate + (rate - final_rate) * (1 + cos(pi * (step - w) / (n - w))) / 2, and final_rate from n on
[[nodiscard]] double rate_at(const Recipe& recipe, std::int64_t step, std::int64_t steps_per_epoch);

}  // namespace alexnet
