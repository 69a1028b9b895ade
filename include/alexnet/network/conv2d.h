#pragma once

#include <string>

#include "alexnet/network/initializer.h"
#include "alexnet/network/padding.h"

namespace alexnet {

/// y[o] = b[o] + sum over the kernel window and the channels of o's group of w * x (cross-correlation).
/// Shapes: x (N,C,H,W), y (N,filters,H',W') with H' = floor((H + top + bottom - kernel) / stride) + 1.
/// Parameters: `<name>.weight` (filters, C/groups, kernel, kernel), `<name>.bias` (filters).
struct Conv2D {
  std::string name;
  int filters = 0;
  int kernel = 0;
  int stride = 1;
  Padding padding = Padding::valid();
  int groups = 1;
  bool has_bias = true;
  ParameterOptions weight = {Initializer::glorot_uniform()};
  ParameterOptions bias = {Initializer::constant(0)};

  friend bool operator==(const Conv2D&, const Conv2D&) = default;
};

}  // namespace alexnet
