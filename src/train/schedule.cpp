#include "alexnet/train/schedule.h"

#include <cmath>
#include <numbers>

namespace alexnet {

double rate_at(const Recipe& recipe, std::int64_t step, std::int64_t steps_per_epoch) {
  const auto s = static_cast<double>(step);
  const auto epoch = static_cast<double>(steps_per_epoch);
  const double warmup = recipe.warmup_epochs * epoch;
  if (s < warmup) {
    // rate * (s + 1) / w; the last warm-up step of a w that is no whole number does not overshoot
    return recipe.rate * std::fmin(1.0, (s + 1) / warmup);
  }
  switch (recipe.schedule) {
    case ScheduleKind::kConstant:
      return recipe.rate;
    case ScheduleKind::kStep:
      // rate * factor ^ floor(s / (step_epochs * steps per epoch))
      return recipe.rate * std::pow(recipe.step_factor, std::floor(s / (recipe.step_epochs * epoch)));
    case ScheduleKind::kCosine: {
      // final + (rate - final) * (1 + cos(pi * (s - w) / (n - w))) / 2
      const double length = recipe.epochs * epoch - warmup;
      const double share = length > 0 ? std::fmin(1.0, (s - warmup) / length) : 1.0;
      return recipe.final_rate + (recipe.rate - recipe.final_rate) * (1 + std::cos(std::numbers::pi * share)) / 2;
    }
  }
  return recipe.rate;
}

}  // namespace alexnet
