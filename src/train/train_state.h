#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alexnet/formats/run_folder.h"
#include "alexnet/train/schedule.h"

namespace alexnet {

/// Where a training stands, between two updates: what a checkpoint holds beside weights and slots.
struct TrainState {
  int epoch = 0;              ///< worked on; 0 = the untrained network is evaluated
  std::int64_t position = 0;  ///< place in it; at its end the evaluation is what is left to do
  // Running sums of the epoch.
  double loss_sum = 0;  ///< over photos
  std::int64_t photos = 0;
  std::int64_t right = 0;
  double train_seconds = 0;
  double wait_seconds = 0;
  std::vector<double> gradient_norms = {};  ///< of its last update, once that is done: LayerNorms
  // Of the whole training.
  double seconds = 0;
  std::optional<EpochRow> best = {};
  Plateau plateau = {};

  /// Begins the next epoch.
  void next_epoch();
};

/// Larger top-1 on val, then smaller loss; of equal ones the earlier stays. The untrained network is never the best.
[[nodiscard]] bool is_better(const EpochRow& row, const std::optional<EpochRow>& best);

[[nodiscard]] std::string to_json(const TrainState& state);
/// Throws kModelInvalid naming `where`.
[[nodiscard]] TrainState train_state_from_json(std::string_view json, const std::string& where);

}  // namespace alexnet
