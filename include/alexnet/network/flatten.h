#pragma once

#include <string>

namespace alexnet {

/// (N,C,H,W) to (N, C*H*W), channel-major.
struct Flatten {
  std::string name;
  friend bool operator==(const Flatten&, const Flatten&) = default;
};

}  // namespace alexnet
