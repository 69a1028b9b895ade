#include "alexnet/models/models.h"

namespace alexnet::models {
namespace {

MaxPool2D pool(const char* name) { return {.name = name, .window = 2, .stride = 2}; }

// Keras's defaults, version 3.
BatchNorm norm(const char* name) { return {.name = name, .momentum = 0.99, .epsilon = 1e-3}; }

Dropout drop(const char* name) { return {.name = name, .rate = 0.4, .inverted = true}; }

}  // namespace

// The Keras program of a Chinese introduction to AlexNet (2019), which is not AlexNet: nothing is padded, the second
// kernel is 11x11 too, batch normalisation instead of LRN (behind the pool, and behind dropout), and a ninth weight
// layer. Keras's defaults: Glorot uniform, biases 0. Source: the tutorial's program; its model.summary().
// At 17 classes: 28,096,769 parameters, 28,075,633 of them trainable; 1,039,576,808 MACs.
Network tutorial(int classes) {
  return Network({
      .name = "tutorial",
      .input = {3, 224, 224},
      .layers =
          {
              Normalize{.name = "normalize", .scale = 1.0 / 255},
              Conv2D{.name = "conv1", .filters = 96, .kernel = 11, .stride = 4},
              ReLU{.name = "relu1"},
              pool("pool1"),
              norm("bn1"),
              Conv2D{.name = "conv2", .filters = 256, .kernel = 11},
              ReLU{.name = "relu2"},
              pool("pool2"),
              norm("bn2"),
              Conv2D{.name = "conv3", .filters = 384, .kernel = 3},
              ReLU{.name = "relu3"},
              norm("bn3"),
              Conv2D{.name = "conv4", .filters = 384, .kernel = 3},
              ReLU{.name = "relu4"},
              norm("bn4"),
              Conv2D{.name = "conv5", .filters = 256, .kernel = 3},
              ReLU{.name = "relu5"},
              pool("pool5"),
              norm("bn5"),
              Flatten{.name = "flatten"},
              Dense{.name = "fc6", .units = 4096},
              ReLU{.name = "relu6"},
              drop("dropout6"),
              norm("bn6"),
              Dense{.name = "fc7", .units = 4096},
              ReLU{.name = "relu7"},
              drop("dropout7"),
              norm("bn7"),
              Dense{.name = "fc8", .units = 1000},
              ReLU{.name = "relu8"},
              drop("dropout8"),
              norm("bn8"),
              Dense{.name = "fc9", .units = classes},
          },
  });
}

}  // namespace alexnet::models
