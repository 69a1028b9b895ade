#include "alexnet/models/models.h"

namespace alexnet::models {
namespace {

// Weights from a Gaussian; biases learn twice as fast and do not decay.
ParameterOptions weight(double sigma) { return {Initializer::gaussian(sigma)}; }
ParameterOptions bias(double start) { return {Initializer::constant(start), 2, 0}; }

MaxPool2D pool(const char* name) { return {.name = name, .window = 3, .stride = 2, .rounding = PoolRounding::kUp}; }

// Within the 48 or 128 maps of each graphics card: c = 1e-4 / 5.
LRN local_norm(const char* name) {
  return {.name = name, .size = 5, .alpha = 1e-4, .beta = 0.75, .k = 2, .alpha_divided = true, .groups = 2};
}

// At test time the activations are halved.
Dropout drop(const char* name) { return {.name = name, .rate = 0.5, .inverted = false}; }

}  // namespace

// Configuration 145 of the original code, whose logs hold the paper's error rates. Unlike the paper's text: no ReLU
// between conv1 and its normalisation, a third normalisation within each map (c = 0.001 / 25), ReLU behind the last
// pool, sigma 0.03 in conv3 to conv5. conv1 rounds up: its last window hangs 3 pixels over the right and bottom edge.
// Source: computerhistory/AlexNet-Source-Code, layers/layers-145.cfg, layers/layer-params-145.cfg, layer.py.
// At 1000 classes: 60,965,224 parameters, 724,406,816 MACs.
Network alexnet_2012(int classes) {
  return Network({
      .name = "alexnet-2012",
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
                     .weight = weight(0.01),
                     .bias = bias(0)},
              local_norm("lrn1"),
              pool("pool1"),
              ReLU{.name = "relu1"},
              Conv2D{.name = "conv2",
                     .filters = 256,
                     .kernel = 5,
                     .padding = Padding::all(2),
                     .groups = 2,
                     .weight = weight(0.01),
                     .bias = bias(1)},
              ReLU{.name = "relu2"},
              local_norm("lrn2"),
              LRN{.name = "lrn2_map", .span = LRN::Span::kWithin, .size = 5, .alpha = 1e-3, .beta = 0.75, .k = 1},
              pool("pool2"),
              Conv2D{.name = "conv3",
                     .filters = 384,
                     .kernel = 3,
                     .padding = Padding::all(1),
                     .weight = weight(0.03),
                     .bias = bias(0)},
              ReLU{.name = "relu3"},
              Conv2D{.name = "conv4",
                     .filters = 384,
                     .kernel = 3,
                     .padding = Padding::all(1),
                     .groups = 2,
                     .weight = weight(0.03),
                     .bias = bias(1)},
              ReLU{.name = "relu4"},
              Conv2D{.name = "conv5",
                     .filters = 256,
                     .kernel = 3,
                     .padding = Padding::all(1),
                     .groups = 2,
                     .weight = weight(0.03),
                     .bias = bias(1)},
              pool("pool5"),
              ReLU{.name = "relu5"},
              Flatten{.name = "flatten"},
              Dense{.name = "fc6", .units = 4096, .weight = weight(0.01), .bias = bias(1)},
              ReLU{.name = "relu6"},
              drop("dropout6"),
              Dense{.name = "fc7", .units = 4096, .weight = weight(0.01), .bias = bias(1)},
              ReLU{.name = "relu7"},
              drop("dropout7"),
              Dense{.name = "fc8", .units = classes, .weight = weight(0.01), .bias = bias(0)},
          },
  });
}

}  // namespace alexnet::models
