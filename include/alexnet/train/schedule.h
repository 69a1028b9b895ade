#pragma once

#include <cstdint>

#include "alexnet/train/recipe.h"

namespace alexnet {

/// The learning rate of step `step` (from 0, over the whole training) where an epoch has `steps_per_epoch` steps.
/// With w = warmup_epochs * steps_per_epoch, n = epochs * steps_per_epoch and share = min(1, (step - w) / (n - w)):
/// warm-up     rate * (step + 1) / w                                            for step < w
/// constant    rate
/// step        rate * step_factor ^ (changes so far): floor(epoch / step_epochs), or how many of step_at are over
/// dexp        rate * (final_rate / rate) ^ (floor(share * m) / (m - 1)), m = dexp_steps; the last from n on
/// linear      final_rate + (rate - final_rate) * (1 - share)
/// polynomial  final_rate + (rate - final_rate) * (1 - share) ^ poly_power
/// cosine      final_rate + (rate - final_rate) * (1 + cos(pi * share)) / 2
/// plateau     rate; what it was multiplied by so far stands in Plateau
/// All of it times (photos of a step) / rate_batch, where rate_batch is not 0: linear scaling, with its warm-up (Goyal
/// et al. 2017, arXiv 1706.02677). Source of dexp: cuda-convnet2; of polynomial: Caffe's `poly`, whose final rate is 0.
[[nodiscard]] double rate_at(const Recipe& recipe, std::int64_t step, std::int64_t steps_per_epoch);

/// State of schedule plateau: the paper's "divided by 10 when the validation error stopped improving".
struct Plateau {
  double factor = 1;  ///< of the rate
  double best = -1;   ///< val top-1
  int waited = 0;     ///< epochs since it, or since the rate changed

  /// Takes in the val top-1 of a trained epoch.
  void see(double top1, const Recipe& recipe);
  friend bool operator==(const Plateau&, const Plateau&) = default;
};

}  // namespace alexnet
