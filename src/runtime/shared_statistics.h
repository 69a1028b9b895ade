#pragma once

#include <span>

#include "alexnet/runtime/communicator.h"

namespace alexnet {

/// Batch normalisation over the rows of several ranks: mean and variance of each channel over `count` values of this
/// rank (0 of a rank without rows) become those over all ranks' values. Returns how many values these are.
double merge_moments(Communicator& ranks, double count, std::span<double> mean, std::span<double> variance);

}  // namespace alexnet
