#include <utility>

#include "alexnet/models/models.h"

namespace alexnet::models {
namespace {

/// Where bvlc_alexnet and CaffeNet differ.
struct Variant {
  const char* name;
  bool pool_first;     ///< the pool in front of the normalisation
  double hidden_bias;  ///< of conv2, conv4, conv5, fc6 and fc7
};

// Biases learn twice as fast and do not decay.
ParameterOptions weight(double sigma) { return {Initializer::gaussian(sigma)}; }
ParameterOptions bias(double start) { return {Initializer::constant(start), 2, 0}; }

Conv2D conv(const char* name, int filters, int kernel, int padding, int groups, double start) {
  return {.name = name,
          .filters = filters,
          .kernel = kernel,
          .padding = Padding::all(padding),
          .groups = groups,
          .weight = weight(0.01),
          .bias = bias(start)};
}

MaxPool2D pool(const char* name) { return {.name = name, .window = 3, .stride = 2, .rounding = PoolRounding::kUp}; }

// Across all channels: the window of a group's first maps reaches into the group before.
LRN local_norm(const char* name) {
  return {.name = name, .size = 5, .alpha = 1e-4, .beta = 0.75, .k = 1, .alpha_divided = true};
}

Dropout drop(const char* name) { return {.name = name, .rate = 0.5, .inverted = true}; }

// Colours in the order blue, green, red; the mean image is cut where the photo is cut.
Network caffe(const Variant& v, int classes) {
  std::vector<Layer> layers = {Normalize{.name = "normalize",
                                         .order = Normalize::Order::kBGR,
                                         .scale = 1,
                                         .mean_image = true,
                                         .mean_height = 256,
                                         .mean_width = 256,
                                         .mean_at = Normalize::MeanAt::kCrop}};
  const auto add = [&](auto... more) { (layers.push_back(std::move(more)), ...); };
  const auto pool_and_norm = [&](const char* pool_name, const char* norm_name) {
    if (v.pool_first) {
      add(pool(pool_name), local_norm(norm_name));
    } else {
      add(local_norm(norm_name), pool(pool_name));
    }
  };
  add(Conv2D{.name = "conv1", .filters = 96, .kernel = 11, .stride = 4, .weight = weight(0.01), .bias = bias(0)},
      ReLU{.name = "relu1"});
  pool_and_norm("pool1", "norm1");
  add(conv("conv2", 256, 5, 2, 2, v.hidden_bias), ReLU{.name = "relu2"});
  pool_and_norm("pool2", "norm2");
  add(conv("conv3", 384, 3, 1, 1, 0), ReLU{.name = "relu3"});
  add(conv("conv4", 384, 3, 1, 2, v.hidden_bias), ReLU{.name = "relu4"});
  add(conv("conv5", 256, 3, 1, 2, v.hidden_bias), ReLU{.name = "relu5"}, pool("pool5"), Flatten{.name = "flatten"});
  add(Dense{.name = "fc6", .units = 4096, .weight = weight(0.005), .bias = bias(v.hidden_bias)}, ReLU{.name = "relu6"},
      drop("drop6"));
  add(Dense{.name = "fc7", .units = 4096, .weight = weight(0.005), .bias = bias(v.hidden_bias)}, ReLU{.name = "relu7"},
      drop("drop7"));
  add(Dense{.name = "fc8", .units = classes, .weight = weight(0.01), .bias = bias(0)});
  return Network({.name = v.name, .input = {3, 227, 227}, .layers = std::move(layers)});
}

}  // namespace

// Source: BVLC/caffe, models/bvlc_alexnet/train_val.prototxt; names of layers as there.
Network caffe_alexnet(int classes) { return caffe({"caffe-alexnet", false, 0.1}, classes); }

// Source: BVLC/caffe, models/bvlc_reference_caffenet/train_val.prototxt.
Network caffenet(int classes) { return caffe({"caffenet", true, 1}, classes); }

}  // namespace alexnet::models
