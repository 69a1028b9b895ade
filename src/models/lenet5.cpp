#include "alexnet/models/models.h"

namespace alexnet::models {

// LeNet-5 in the plain form that frameworks teach; the network of 1998 had a partial connection table in its second
// convolution, trainable pooling and an output of radial basis functions. Source: shapes of
// LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition" (1998).
// At 10 classes: 61,706 parameters, 416,520 MACs.
Network lenet5(int classes) {
  return Network({
      .name = "lenet5",
      .input = {1, 28, 28},
      .layers =
          {
              Normalize{.name = "normalize", .scale = 1.0 / 255},
              Conv2D{.name = "conv1", .filters = 6, .kernel = 5, .padding = Padding::all(2)},
              Tanh{.name = "tanh1"},
              AvgPool2D{.name = "pool1", .window = 2, .stride = 2},
              Conv2D{.name = "conv2", .filters = 16, .kernel = 5},
              Tanh{.name = "tanh2"},
              AvgPool2D{.name = "pool2", .window = 2, .stride = 2},
              Flatten{.name = "flatten"},
              Dense{.name = "fc3", .units = 120},
              Tanh{.name = "tanh3"},
              Dense{.name = "fc4", .units = 84},
              Tanh{.name = "tanh4"},
              Dense{.name = "fc5", .units = classes},
          },
  });
}

}  // namespace alexnet::models
