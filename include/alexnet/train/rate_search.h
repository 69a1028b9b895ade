#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "alexnet/train/trainer.h"

namespace alexnet {

/// Which learning rates are tried: `steps` updates from `lowest` to `highest`, each by the same factor above the one
/// before.
struct RateSearchOptions {
  double lowest = 1e-6;
  double highest = 1;
  int steps = 200;
};

struct RatePoint {
  double rate = 0;
  double loss = 0;      ///< of the step's photos before its update
  double smoothed = 0;  ///< mean of the losses so far, each weighing 0.9 of the next, over the sum of the weights
};

enum class RateSearchEnd { kRange, kDiverged, kStopped };
/// "range" (all rates were tried), "diverged" (the smoothed loss rose above 4 times its least, or is no number),
/// "stopped".
[[nodiscard]] std::string_view name_of(RateSearchEnd end);

struct RateSearch {
  std::vector<RatePoint> points = {};
  RateSearchEnd end = RateSearchEnd::kRange;
  double least_loss_rate = 0;  ///< where the smoothed loss was least
  /// A tenth of that, which leaves room for momentum and for later epochs; 0 where the smoothed loss never fell by 5 %
  /// of the first loss.
  double suggested = 0;
};

/// What the points say. Source: the range test of Smith 2017, "Cyclical learning rates for training neural networks";
/// the tenth and the smoothing are the custom of its users.
[[nodiscard]] RateSearch judge_rates(std::vector<RatePoint> points, RateSearchEnd end);

/// After each step; `steps` are all that were asked for.
using RateProgress = std::function<void(const RatePoint& point, int step, int steps)>;

/// Trains on the task's training photos, as its recipe says but for the schedule, while the rate rises. Repeats bit for
/// bit as train does. Throws what train throws before its first step; kOptionInvalid for a range that does not rise.
[[nodiscard]] RateSearch find_rate(const TrainTask& task, const RateSearchOptions& options,
                                   const RateProgress& progress, const std::atomic<int>& stop);

/// Columns rate, loss, smoothed.
[[nodiscard]] std::string to_csv(const RateSearch& search);

}  // namespace alexnet
