#include "train/step_clock.h"

#include <chrono>
#include <limits>

namespace alexnet {
namespace {

constexpr std::int64_t kStepsToKnow = 5;

}  // namespace

double now_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void StepClock::begin_epoch() {
  photos_ = 0;
  seconds_ = 0;
}

void StepClock::add_step(double seconds, std::int64_t photos) {
  photos_ += static_cast<double>(photos);
  seconds_ += seconds;
  known_seconds_ += steps_ == 0 ? 0 : seconds;
  ++steps_;
}

double StepClock::seconds_for(std::int64_t steps, std::int64_t evaluations) const {
  if (steps_ < kStepsToKnow) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const double step = known_seconds_ / static_cast<double>(steps_ - 1);
  return step * static_cast<double>(steps) + evaluation_seconds_ * static_cast<double>(evaluations);
}

}  // namespace alexnet
