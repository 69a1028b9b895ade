#pragma once

#include <cstdint>

namespace alexnet {

/// Seconds since some fixed moment, from the steady clock.
[[nodiscard]] double now_seconds();

/// What the steps of this session took: speeds for the live line, and how long the rest will take. The first step,
/// which builds and warms everything, is left out of forecasts.
class StepClock {
 public:
  void begin_epoch();
  void add_step(double seconds, std::int64_t photos);
  void add_evaluation(double seconds) { evaluation_seconds_ = seconds; }

  /// Of the epoch, in this session.
  [[nodiscard]] double photos_per_second() const { return seconds_ > 0 ? photos_ / seconds_ : 0; }
  /// NaN until 5 steps are known.
  [[nodiscard]] double seconds_for(std::int64_t steps, std::int64_t evaluations) const;

 private:
  double photos_ = 0;   // of the epoch
  double seconds_ = 0;  // of the epoch
  double known_seconds_ = 0;
  std::int64_t steps_ = 0;  // of the session
  double evaluation_seconds_ = 0;
};

}  // namespace alexnet
