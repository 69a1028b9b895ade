#pragma once

#include <cstdint>
#include <vector>

#include "alexnet/core/tensor.h"

namespace alexnet {

/// How a photo of a batch was cut and coloured, for the layers that need to know (Normalize with a mean image or with
/// colour noise).
struct PhotoFacts {
  int crop_top = 0;
  int crop_left = 0;
  bool flipped = false;
  float colour_offset[3] = {0, 0, 0};  ///< added after the mean is subtracted, in the network's channel order
  float colour_scale = 1;
};

/// What a Program reads.
struct Batch {
  /// uint8 (N,H,W,C), or f32 or f64 (N,C,H,W). For a network whose input is (C): f32 or f64 (N,C).
  Tensor input;
  /// Rows that count, from the front; the rest is padding. 0 <= rows <= N.
  int rows = 0;
  /// Class ids, one a row; or `soft_labels` (rows, classes) f32. Both empty where no loss is wanted.
  std::vector<std::int32_t> labels;
  Tensor soft_labels;
  /// Weight of each row in the loss; empty = 1 each.
  std::vector<float> weights;
  /// The loss is sum(weight * loss of row) / divisor; 0 = the sum of this batch's weights. Over small batches and ranks
  /// it is the weight sum of the whole step.
  double divisor = 0;
  /// Epoch, and place in the epoch of the first row (row r stands at position + r): keys of random draws.
  std::uint32_t epoch = 0;
  std::uint32_t position = 0;
  std::vector<PhotoFacts> photos;  ///< empty = defaults
};

}  // namespace alexnet
