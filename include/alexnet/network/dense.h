#pragma once

#include <string>

#include "alexnet/network/initializer.h"

namespace alexnet {

/// y = W x + b. Shapes: x (N,I), y (N,units). Parameters: `<name>.weight` (units, I), `<name>.bias` (units).
struct Dense {
  std::string name;
  int units = 0;
  bool has_bias = true;
  ParameterOptions weight = {Initializer::glorot_uniform()};
  ParameterOptions bias = {Initializer::constant(0)};

  friend bool operator==(const Dense&, const Dense&) = default;
};

}  // namespace alexnet
