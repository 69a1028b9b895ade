#pragma once

#include "alexnet/network/network.h"

namespace alexnet::testing_support {

/// The network of 2012, small: every kind of layer that towers share in its own way. No number of maps or units of a
/// tower is a multiple of 4 or 8.
inline Network grouped_network(int towers = 2, double rate = 0.5) {
  const auto conv = [](const char* name, int filters, int kernel, int groups) {
    return Conv2D{.name = name,
                  .filters = filters,
                  .kernel = kernel,
                  .padding = Padding::all(kernel / 2),
                  .groups = groups,
                  .weight = {Initializer::he_normal()},
                  .bias = {Initializer::constant(0.1), 2, 0}};
  };
  const auto dense = [](const char* name, int units) {
    return Dense{
        .name = name, .units = units, .weight = {Initializer::he_normal()}, .bias = {Initializer::constant(0.1)}};
  };
  return Network(
      {.name = "grouped",
       .input = {3, 21, 21},
       .layers = {Normalize{
                      .name = "normalize", .scale = 1.0 / 64, .mean_image = true, .mean_height = 21, .mean_width = 21},
                  conv("conv1", 6 * towers, 3, 1),
                  LRN{.name = "lrn1", .size = 5, .alpha = 0.1, .groups = towers},
                  MaxPool2D{.name = "pool1", .window = 3, .stride = 2},
                  ReLU{.name = "relu1"},
                  conv("conv2", 10 * towers, 5, towers),
                  ReLU{.name = "relu2"},
                  LRN{.name = "lrn2", .size = 5, .alpha = 0.1, .groups = towers},
                  LRN{.name = "lrn2_map", .span = LRN::Span::kWithin, .size = 3, .alpha = 0.1},
                  MaxPool2D{.name = "pool2", .window = 3, .stride = 2},
                  conv("conv3", 9 * towers, 3, 1),
                  BatchNorm{.name = "bn3", .momentum = 0.9},
                  ReLU{.name = "relu3"},
                  conv("conv4", 7 * towers, 3, towers),
                  Tanh{.name = "tanh4"},
                  MaxPool2D{.name = "pool5", .window = 2, .stride = 2},
                  Dropout{.name = "dropout5", .rate = rate / 2},
                  Flatten{.name = "flatten"},
                  dense("fc6", 15 * towers),
                  ReLU{.name = "relu6"},
                  Dropout{.name = "dropout6", .rate = rate, .inverted = false},
                  dense("fc7", 13 * towers),
                  ReLU{.name = "relu7"},
                  Dropout{.name = "dropout7", .rate = rate},
                  Dense{.name = "fc8", .units = 5, .weight = {Initializer::glorot_uniform()}}},
       .tensor_names = {{"conv3.weight", "features.3.weight"}, {"fc8.bias", "classifier.bias"}}});
}

}  // namespace alexnet::testing_support
