#pragma once

#include <string>

namespace alexnet {

/// y = 1 / (1 + exp(-x)). Any shape.
struct Sigmoid {
  std::string name;
  friend bool operator==(const Sigmoid&, const Sigmoid&) = default;
};

}  // namespace alexnet
