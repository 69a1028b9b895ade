#include "alexnet/train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace alexnet {
namespace {

/// How often schedule step changed the rate before step `s` of epochs of `epoch` steps.
double changes_before(const Recipe& recipe, double s, double epoch) {
  if (recipe.step_at.empty()) {
    return std::floor(s / (recipe.step_epochs * epoch));
  }
  return static_cast<double>(std::ranges::count_if(recipe.step_at, [&](double at) { return s >= at * epoch; }));
}

/// What the schedule says, for steps of the size that the rate is meant for.
double scheduled_rate(const Recipe& recipe, std::int64_t step, std::int64_t steps_per_epoch) {
  const auto s = static_cast<double>(step);
  const auto epoch = static_cast<double>(steps_per_epoch);
  const double warmup = recipe.warmup_epochs * epoch;
  if (s < warmup) {
    // the last warm-up step of a w that is no whole number does not overshoot
    return recipe.rate * std::fmin(1.0, (s + 1) / warmup);
  }
  const double length = recipe.epochs * epoch - warmup;
  const double share = length > 0 ? std::fmin(1.0, (s - warmup) / length) : 1.0;
  const auto down_to_final = [&](double left) { return recipe.final_rate + (recipe.rate - recipe.final_rate) * left; };
  switch (recipe.schedule) {
    case ScheduleKind::kConstant:
    case ScheduleKind::kPlateau:
      break;
    case ScheduleKind::kStep:
      return recipe.rate * std::pow(recipe.step_factor, changes_before(recipe, s, epoch));
    case ScheduleKind::kDexp: {
      const double last = recipe.dexp_steps - 1;
      const double done = std::fmin(std::floor(share * recipe.dexp_steps), last);
      return recipe.rate * std::pow(recipe.final_rate / recipe.rate, done / last);
    }
    case ScheduleKind::kLinear:
      return down_to_final(1 - share);
    case ScheduleKind::kPolynomial:
      return down_to_final(std::pow(1 - share, recipe.poly_power));
    case ScheduleKind::kCosine:
      return down_to_final((1 + std::cos(std::numbers::pi * share)) / 2);
  }
  return recipe.rate;
}

}  // namespace

double rate_at(const Recipe& recipe, std::int64_t step, std::int64_t steps_per_epoch) {
  const double scale = recipe.rate_batch == 0 ? 1 : static_cast<double>(photos_per_step(recipe)) / recipe.rate_batch;
  return scale * scheduled_rate(recipe, step, steps_per_epoch);
}

void Plateau::see(double top1, const Recipe& recipe) {
  if (top1 > best) {
    best = top1;
    waited = 0;
  } else if (++waited >= recipe.plateau_epochs) {
    factor *= recipe.step_factor;
    waited = 0;
  }
}

}  // namespace alexnet
