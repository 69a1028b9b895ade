#pragma once

#include <string>

namespace alexnet {

/// y = tanh(x). Any shape.
struct Tanh {
  std::string name;
  friend bool operator==(const Tanh&, const Tanh&) = default;
};

}  // namespace alexnet
