#pragma once

#include <atomic>

#include "alexnet/network/weights.h"
#include "alexnet/train/trainer.h"

namespace alexnet {

/// What a training begins with: the task's weights; for other parameters their Initializer's, and a mean image of the
/// training photos where the network has one.
[[nodiscard]] Weights start_weights(const TrainTask& task, const std::atomic<int>& stop);

}  // namespace alexnet
