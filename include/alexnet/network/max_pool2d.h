#pragma once

#include <string>

#include "alexnet/network/padding.h"
#include "alexnet/network/pooling.h"

namespace alexnet {

/// The maximum of each window, clipped at the image. Where several inputs of a window are equal to it, the gradient
/// goes to the first of them in row order (Caffe, PyTorch, cuDNN), or to each of them (cuda-convnet). Shapes: x
/// (N,C,H,W), y (N,C,H',W').
struct MaxPool2D {
  enum class Ties { kFirst, kAll };
  std::string name;
  int window = 2;
  int stride = 2;
  Padding padding = Padding::valid();
  PoolRounding rounding = PoolRounding::kDown;
  Ties ties = Ties::kFirst;

  friend bool operator==(const MaxPool2D&, const MaxPool2D&) = default;
};

}  // namespace alexnet
