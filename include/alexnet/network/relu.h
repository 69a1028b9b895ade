#pragma once

#include <string>

namespace alexnet {

/// y = max(x, 0); derivative 0 at 0. Any shape.
struct ReLU {
  std::string name;
  friend bool operator==(const ReLU&, const ReLU&) = default;
};

}  // namespace alexnet
