#pragma once

#include <string>

namespace alexnet {

/// The channels (or units) of every tower side by side, in order of rank, on every rank: where a layer reads more than
/// its own tower computes. Backward: the gradients that all ranks computed for the whole are added up, and each takes
/// its part. Shapes: x (N,C,H,W) or (N,C), y (N,towers*C,H,W) or (N,towers*C). Runs with CompileOptions::communicator
/// alone. Source: Krizhevsky 2012, figure 2 (conv3, fc6, fc7).
struct AllGather {
  std::string name;
  int towers = 2;

  friend bool operator==(const AllGather&, const AllGather&) = default;
};

}  // namespace alexnet
