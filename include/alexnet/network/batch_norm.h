#pragma once

#include <string>

#include "alexnet/network/initializer.h"

namespace alexnet {

/// y = weight * (x - mean) / sqrt(variance + epsilon) + bias, for each channel (or each unit of a dense activation).
/// Statistics `training`: mean and biased variance over the valid rows (and pixels) of the batch, and
/// running = momentum * running + (1 - momentum) * batch (variance stored biased, or as var * n / (n - 1) when
/// `unbiased_running_variance`). Statistics `inference`: the running ones.
/// Shapes: x, y (N,C,H,W) or (N,C). Parameters: `<name>.weight`, `<name>.bias` (trainable), `<name>.running_mean`,
/// `<name>.running_var` (statistic, start 0 and 1), each (C). Source: Ioffe and Szegedy 2015; Keras 3,
/// BatchNormalization.
struct BatchNorm {
  std::string name;
  double momentum = 0.99;
  double epsilon = 1e-3;
  bool unbiased_running_variance = false;
  ParameterOptions weight = {Initializer::constant(1)};
  ParameterOptions bias = {Initializer::constant(0)};

  friend bool operator==(const BatchNorm&, const BatchNorm&) = default;
};

}  // namespace alexnet
