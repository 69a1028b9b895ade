#pragma once

#include <string>

#include "alexnet/network/padding.h"
#include "alexnet/network/pooling.h"

namespace alexnet {

/// The maximum of each window, clipped at the image. The gradient goes to the first maximum in row order.
/// Shapes: x (N,C,H,W), y (N,C,H',W').
struct MaxPool2D {
  std::string name;
  int window = 2;
  int stride = 2;
  Padding padding = Padding::valid();
  PoolRounding rounding = PoolRounding::kDown;

  friend bool operator==(const MaxPool2D&, const MaxPool2D&) = default;
};

}  // namespace alexnet
