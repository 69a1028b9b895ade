#pragma once

#include <string>

#include "alexnet/network/initializer.h"
#include "alexnet/network/padding.h"

namespace alexnet {

/// A convolution without shared weights: each output pixel has its own filters and biases.
/// y[o,i,j] = b[o,i,j] + sum over the kernel window of (i,j) and all channels of w[i,j,o] * x (cross-correlation).
/// Shapes: x (N,C,H,W), y (N,filters,H',W') with H' = floor((H + top + bottom - kernel) / stride) + 1.
/// Parameters: `<name>.weight` (H', W', filters, C, kernel, kernel), `<name>.bias` (filters, H', W').
/// Source: cuda-convnet's layer type `local`.
struct LocallyConnected2D {
  std::string name;
  int filters = 0;
  int kernel = 0;
  int stride = 1;
  Padding padding = Padding::valid();
  bool has_bias = true;
  ParameterOptions weight = {Initializer::glorot_uniform()};
  ParameterOptions bias = {Initializer::constant(0)};

  friend bool operator==(const LocallyConnected2D&, const LocallyConnected2D&) = default;
};

}  // namespace alexnet
