#include <utility>

#include "alexnet/models/models.h"

namespace alexnet::models {
namespace {

// The recipes that these files come with decay weights by 0.004; a layer's own decay is a multiple of that.
constexpr double kDecay = 0.004;

ParameterOptions weight(double sigma, double decay) { return {Initializer::gaussian(sigma), 1, decay / kDecay}; }
/// Of cuda-convnet: twice the rate, no decay.
ParameterOptions bias() { return {Initializer::constant(0), 2, 0}; }
/// Of Caffe where nothing else is said: decays as the weights do.
ParameterOptions caffe_bias(double rate) { return {Initializer::constant(0), rate, 1}; }

/// Bytes less the mean image of the training photos.
Normalize pixels() {
  return {.name = "normalize", .scale = 1, .mean_image = true, .mean_height = 32, .mean_width = 32};
}

Conv2D conv(const char* name, int filters, ParameterOptions weight, ParameterOptions bias) {
  return {.name = name, .filters = filters, .kernel = 5, .padding = Padding::all(2), .weight = weight, .bias = bias};
}

LocallyConnected2D local(const char* name, int filters) {
  return {.name = name,
          .filters = filters,
          .kernel = 3,
          .padding = Padding::all(1),
          .weight = weight(0.04, kDecay),
          .bias = bias()};
}

/// Pools of both programs overlap and round up: 32, 16, 8, 4.
MaxPool2D max_pool(const char* name, MaxPool2D::Ties ties) {
  return {.name = name, .window = 3, .stride = 2, .rounding = PoolRounding::kUp, .ties = ties};
}
AvgPool2D average_pool(const char* name) {
  return {.name = name, .window = 3, .stride = 2, .rounding = PoolRounding::kUp};
}

LRN within_map(const char* name) {
  return {.name = name, .span = LRN::Span::kWithin, .size = 3, .alpha = 5e-5, .beta = 0.75, .k = 1};
}
LRN across_maps(const char* name) { return {.name = name, .size = 9, .alpha = 1e-3, .beta = 0.75, .k = 1}; }

using Ties = MaxPool2D::Ties;

}  // namespace

// Source: computerhistory/AlexNet-Source-Code, example-layers/layers-80sec.cfg, layer-params-80sec.cfg.
Network cifar10_80sec(int classes) {
  return Network(
      {.name = "cifar10-80sec",
       .input = {3, 32, 32},
       .layers = {pixels(), conv("conv1", 32, weight(1e-4, kDecay), bias()), ReLU{"relu1"},
                  max_pool("pool1", Ties::kAll), conv("conv2", 32, weight(0.01, kDecay), bias()), ReLU{"relu2"},
                  average_pool("pool2"), conv("conv3", 64, weight(0.01, kDecay), bias()), ReLU{"relu3"},
                  average_pool("pool3"), Flatten{"flatten"},
                  Dense{.name = "fc64", .units = 64, .weight = weight(0.1, 0.03), .bias = bias()}, ReLU{"relu4"},
                  Dense{.name = "fc10", .units = classes, .weight = weight(0.1, 0.03), .bias = bias()}}});
}

// Source: BVLC/caffe, examples/cifar10/cifar10_quick_train_test.prototxt. No ReLU between the dense layers; everything
// decays.
Network cifar10_quick(int classes) {
  const ParameterOptions each = caffe_bias(2);
  return Network(
      {.name = "cifar10-quick",
       .input = {3, 32, 32},
       .layers = {pixels(), conv("conv1", 32, weight(1e-4, kDecay), each), max_pool("pool1", Ties::kFirst),
                  ReLU{"relu1"}, conv("conv2", 32, weight(0.01, kDecay), each), ReLU{"relu2"}, average_pool("pool2"),
                  conv("conv3", 64, weight(0.01, kDecay), each), ReLU{"relu3"}, average_pool("pool3"),
                  Flatten{"flatten"}, Dense{.name = "ip1", .units = 64, .weight = weight(0.1, kDecay), .bias = each},
                  Dense{.name = "ip2", .units = classes, .weight = weight(0.1, kDecay), .bias = each}}});
}

// Source: computerhistory/AlexNet-Source-Code, layers-cifar/layers-18pct.cfg, layer-params-18pct-noisylr.cfg.
Network cifar10_18pct(int classes) {
  return Network(
      {.name = "cifar10-18pct",
       .input = {3, 32, 32},
       .layers = {pixels(), conv("conv1", 32, weight(1e-4, kDecay), bias()), max_pool("pool1", Ties::kAll),
                  ReLU{"relu1"}, within_map("rnorm1"), conv("conv2", 32, weight(0.01, kDecay), bias()), ReLU{"relu2"},
                  average_pool("pool2"), within_map("rnorm2"), conv("conv3", 64, weight(0.01, kDecay), bias()),
                  ReLU{"relu3"}, average_pool("pool3"), Flatten{"flatten"},
                  Dense{.name = "fc10", .units = classes, .weight = weight(0.01, 1), .bias = bias()}}});
}

// Source: BVLC/caffe, examples/cifar10/cifar10_full_train_test.prototxt. Biases of convolutions decay; that of conv3
// learns no faster than its weights; that of ip1 does not decay.
Network cifar10_full(int classes) {
  return Network(
      {.name = "cifar10-full",
       .input = {3, 32, 32},
       .layers = {pixels(), conv("conv1", 32, weight(1e-4, kDecay), caffe_bias(2)), max_pool("pool1", Ties::kFirst),
                  ReLU{"relu1"}, within_map("norm1"), conv("conv2", 32, weight(0.01, kDecay), caffe_bias(2)),
                  ReLU{"relu2"}, average_pool("pool2"), within_map("norm2"),
                  conv("conv3", 64, weight(0.01, kDecay), caffe_bias(1)), ReLU{"relu3"}, average_pool("pool3"),
                  Flatten{"flatten"},
                  Dense{.name = "ip1", .units = classes, .weight = weight(0.01, 1), .bias = bias()}}});
}

// Source: computerhistory/AlexNet-Source-Code, example-layers/layers-conv-local-13pct.cfg. Trained on cuts of 24
// pixels; the convolutions do not decay.
Network cifar10_13pct(int classes) {
  return Network(
      {.name = "cifar10-13pct",
       .input = {3, 24, 24},
       .layers = {pixels(), conv("conv1", 64, weight(1e-4, 0), bias()), ReLU{"relu1"}, max_pool("pool1", Ties::kAll),
                  conv("conv2", 64, weight(0.01, 0), bias()), ReLU{"relu2"}, max_pool("pool2", Ties::kAll),
                  local("local3", 32), ReLU{"relu3"}, local("local4", 32), ReLU{"relu4"}, Flatten{"flatten"},
                  Dense{.name = "fc10", .units = classes, .weight = weight(0.01, kDecay), .bias = bias()}}});
}

// Source: akrizhevsky/cuda-convnet2, layers/layers-cifar10-11pct.cfg. Beside the normalisation, local3 is twice as wide
// and fc10 decays more than in the network above.
Network cifar10_11pct(int classes) {
  return Network(
      {.name = "cifar10-11pct",
       .input = {3, 24, 24},
       .layers = {pixels(), conv("conv1", 64, weight(1e-4, 0), bias()), ReLU{"relu1"}, max_pool("pool1", Ties::kAll),
                  across_maps("rnorm1"), conv("conv2", 64, weight(0.01, 0), bias()), ReLU{"relu2"},
                  across_maps("rnorm2"), max_pool("pool2", Ties::kAll), local("local3", 64), ReLU{"relu3"},
                  local("local4", 32), ReLU{"relu4"}, Flatten{"flatten"},
                  Dense{.name = "fc10", .units = classes, .weight = weight(0.01, 0.01), .bias = bias()}}});
}

}  // namespace alexnet::models
