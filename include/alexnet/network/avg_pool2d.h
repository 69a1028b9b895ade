#pragma once

#include <string>

#include "alexnet/network/padding.h"
#include "alexnet/network/pooling.h"

namespace alexnet {

/// The sum of each window (clipped at the image) over a divisor: the clipped window's pixels, the full window's, or 1.
/// Shapes: x (N,C,H,W), y (N,C,H',W').
struct AvgPool2D {
  enum class Divisor { kClippedWindow, kFullWindow, kOne };
  std::string name;
  int window = 2;
  int stride = 2;
  Padding padding = Padding::valid();
  PoolRounding rounding = PoolRounding::kDown;
  Divisor divisor = Divisor::kClippedWindow;

  friend bool operator==(const AvgPool2D&, const AvgPool2D&) = default;
};

}  // namespace alexnet
