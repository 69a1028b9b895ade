#pragma once

#include <string>

namespace alexnet {

/// As AllGather, but to the tower `root` alone: the others end here, without scores and without a loss. Backward: the
/// root gives each its part of the gradient. Shapes: x (N,C,H,W) or (N,C), y (N,towers*C,H,W) or (N,towers*C) in the
/// root's network, (N,0) in the others'.
struct Gather {
  std::string name;
  int towers = 2;
  int rank = 0;  ///< the tower that this network is
  int root = 0;

  friend bool operator==(const Gather&, const Gather&) = default;
};

}  // namespace alexnet
