#include <string>
#include <utility>

#include "alexnet/models/models.h"

namespace alexnet::models {
namespace {

constexpr ParameterOptions kHe{Initializer::he_normal()};

}  // namespace

// The paper's shapes and groups with batch normalisation between each layer and its ReLU, which takes the place of
// local response normalisation and of the biases. Pixels come as torchvision's: from 0 to 1, less the mean of
// ImageNet's photos, by their deviation. Momentum 0.9 and epsilon 1e-5 are PyTorch's 0.1 and 1e-5.
Network alexnet_bn(int classes) {
  std::vector<Layer> layers = {
      Normalize{.name = "normalize", .mean = {0.485, 0.456, 0.406}, .deviation = {0.229, 0.224, 0.225}}};
  const auto norm_and_relu = [&](const std::string& number) {
    layers.push_back(
        BatchNorm{.name = "bn" + number, .momentum = 0.9, .epsilon = 1e-5, .unbiased_running_variance = true});
    layers.push_back(ReLU{.name = "relu" + number});
  };
  const auto conv = [&](const std::string& number, int filters, int kernel, int stride, int padding, int groups) {
    layers.push_back(Conv2D{.name = "conv" + number,
                            .filters = filters,
                            .kernel = kernel,
                            .stride = stride,
                            .padding = Padding::all(padding),
                            .groups = groups,
                            .has_bias = false,
                            .weight = kHe});
    norm_and_relu(number);
  };
  const auto pool = [&](const char* name) { layers.push_back(MaxPool2D{.name = name, .window = 3, .stride = 2}); };
  const auto hidden = [&](const std::string& number) {
    layers.push_back(Dense{.name = "fc" + number, .units = 4096, .has_bias = false, .weight = kHe});
    norm_and_relu(number);
    layers.push_back(Dropout{.name = "dropout" + number, .rate = 0.5, .inverted = true});
  };
  conv("1", 96, 11, 4, 0, 1);
  pool("pool1");
  conv("2", 256, 5, 1, 2, 2);
  pool("pool2");
  conv("3", 384, 3, 1, 1, 1);
  conv("4", 384, 3, 1, 1, 2);
  conv("5", 256, 3, 1, 1, 2);
  pool("pool5");
  layers.push_back(Flatten{.name = "flatten"});
  hidden("6");
  hidden("7");
  layers.push_back(Dense{.name = "fc8", .units = classes, .weight = kHe});
  return Network({.name = "alexnet-bn", .input = {3, 227, 227}, .layers = std::move(layers)});
}

}  // namespace alexnet::models
