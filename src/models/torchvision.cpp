#include <utility>

#include "alexnet/models/models.h"

namespace alexnet::models {
namespace {

constexpr ParameterOptions kUniform{Initializer::fan_in_uniform()};

Conv2D conv(const char* name, int filters, int kernel, int stride, int padding) {
  return {.name = name,
          .filters = filters,
          .kernel = kernel,
          .stride = stride,
          .padding = Padding::all(padding),
          .weight = kUniform,
          .bias = kUniform};
}

MaxPool2D pool(const char* name) { return {.name = name, .window = 3, .stride = 2}; }

Dense dense(const char* name, int units) {
  return {.name = name, .units = units, .weight = kUniform, .bias = kUniform};
}

// In front of fc6 and fc7, not behind them as in the paper.
Dropout drop(const char* name) { return {.name = name, .rate = 0.5, .inverted = true}; }

std::map<std::string, std::string> tensor_names() {
  constexpr std::pair<const char*, const char*> kLayers[] = {
      {"conv1", "features.0"},  {"conv2", "features.3"}, {"conv3", "features.6"}, {"conv4", "features.8"},
      {"conv5", "features.10"}, {"fc6", "classifier.1"}, {"fc7", "classifier.4"}, {"fc8", "classifier.6"}};
  std::map<std::string, std::string> names;
  for (const auto& [ours, theirs] : kLayers) {
    names[std::string(ours) + ".weight"] = std::string(theirs) + ".weight";
    names[std::string(ours) + ".bias"] = std::string(theirs) + ".bias";
  }
  return names;
}

}  // namespace

// torchvision's AlexNet: the one-tower widths of Krizhevsky's "One weird trick" (2014), without normalisation. Its
// adaptive average pool to 6x6 changes nothing at 224 pixels and is left out. PyTorch's default start.
// Source: pytorch/vision, torchvision/models/alexnet.py.
// At 1000 classes: 61,100,840 parameters, 714,188,480 MACs.
Network torchvision(int classes) {
  return Network({
      .name = "torchvision",
      .input = {3, 224, 224},
      .layers =
          {
              Normalize{.name = "normalize",
                        .scale = 1.0 / 255,
                        .mean = {0.485, 0.456, 0.406},
                        .deviation = {0.229, 0.224, 0.225}},
              conv("conv1", 64, 11, 4, 2),
              ReLU{.name = "relu1"},
              pool("pool1"),
              conv("conv2", 192, 5, 1, 2),
              ReLU{.name = "relu2"},
              pool("pool2"),
              conv("conv3", 384, 3, 1, 1),
              ReLU{.name = "relu3"},
              conv("conv4", 256, 3, 1, 1),
              ReLU{.name = "relu4"},
              conv("conv5", 256, 3, 1, 1),
              ReLU{.name = "relu5"},
              pool("pool5"),
              Flatten{.name = "flatten"},
              drop("dropout6"),
              dense("fc6", 4096),
              ReLU{.name = "relu6"},
              drop("dropout7"),
              dense("fc7", 4096),
              ReLU{.name = "relu7"},
              dense("fc8", classes),
          },
      .tensor_names = tensor_names(),
  });
}

}  // namespace alexnet::models
