#include "alexnet/models/models.h"

namespace alexnet::models {
namespace {

ParameterOptions weight() { return {Initializer::gaussian(0.01)}; }
ParameterOptions bias(double start) { return {Initializer::constant(start)}; }

MaxPool2D pool(const char* name) { return {.name = name, .window = 3, .stride = 2}; }

// Section 3.3 as printed: alpha is not divided, and the sum runs over all kernels of the layer.
LRN local_norm(const char* name) {
  return {.name = name, .size = 5, .alpha = 1e-4, .beta = 0.75, .k = 2, .alpha_divided = false};
}

// Section 4.2: all neurons at test time, their outputs multiplied by 0.5.
Dropout drop(const char* name) { return {.name = name, .rate = 0.5, .inverted = false}; }

}  // namespace

// The text of Krizhevsky, Sutskever, Hinton, "ImageNet Classification with Deep Convolutional Neural Networks" (2012):
// convolution, ReLU, normalisation, pool; sigma 0.01 everywhere, biases 1 in conv2, conv4, conv5 and the hidden dense
// layers, one learning rate for all. The two cards' halves are groups of one tower. 224 pixels give the printed 55 only
// with 3 pixels of zeros to the right and below, as in the original code. Source: sections
// 3.1 to 3.5, 4.2 and 5. At 1000 classes: 60,965,224 parameters, 724,406,816 MACs.
Network alexnet_paper(int classes) {
  return Network({
      .name = "alexnet-paper",
      .input = {3, 224, 224},
      .layers =
          {
              Normalize{.name = "normalize",
                        .scale = 1,
                        .mean_image = true,
                        .mean_height = 256,
                        .mean_width = 256,
                        .mean_at = Normalize::MeanAt::kCentre},
              Conv2D{.name = "conv1",
                     .filters = 96,
                     .kernel = 11,
                     .stride = 4,
                     .padding = Padding::of(0, 0, 3, 3),
                     .weight = weight(),
                     .bias = bias(0)},
              ReLU{.name = "relu1"},
              local_norm("lrn1"),
              pool("pool1"),
              Conv2D{.name = "conv2",
                     .filters = 256,
                     .kernel = 5,
                     .padding = Padding::all(2),
                     .groups = 2,
                     .weight = weight(),
                     .bias = bias(1)},
              ReLU{.name = "relu2"},
              local_norm("lrn2"),
              pool("pool2"),
              Conv2D{.name = "conv3",
                     .filters = 384,
                     .kernel = 3,
                     .padding = Padding::all(1),
                     .weight = weight(),
                     .bias = bias(0)},
              ReLU{.name = "relu3"},
              Conv2D{.name = "conv4",
                     .filters = 384,
                     .kernel = 3,
                     .padding = Padding::all(1),
                     .groups = 2,
                     .weight = weight(),
                     .bias = bias(1)},
              ReLU{.name = "relu4"},
              Conv2D{.name = "conv5",
                     .filters = 256,
                     .kernel = 3,
                     .padding = Padding::all(1),
                     .groups = 2,
                     .weight = weight(),
                     .bias = bias(1)},
              ReLU{.name = "relu5"},
              pool("pool5"),
              Flatten{.name = "flatten"},
              Dense{.name = "fc6", .units = 4096, .weight = weight(), .bias = bias(1)},
              ReLU{.name = "relu6"},
              drop("dropout6"),
              Dense{.name = "fc7", .units = 4096, .weight = weight(), .bias = bias(1)},
              ReLU{.name = "relu7"},
              drop("dropout7"),
              Dense{.name = "fc8", .units = classes, .weight = weight(), .bias = bias(0)},
          },
  });
}

}  // namespace alexnet::models
