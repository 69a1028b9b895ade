#include <array>
#include <utility>

#include "alexnet/models/models.h"

namespace alexnet::models {
namespace {

/// What the configurations of the original code change in number 145.
struct Configuration {
  const char* name;
  std::array<int, 5> filters = {96, 256, 384, 384, 256};
  int cards = 2;            ///< in conv2, conv4, conv5 and the normalisation each graphics card sees only its own maps
  bool local_norm = true;   ///< lrn1 and lrn2, c = 1e-4 / 5
  bool map_norm = true;     ///< lrn2_map, c = 1e-3 / 25
  bool overlapping = true;  ///< pools of 3 every 2 pixels, else of 2
  bool conv6 = false;
  double fc8_bias = 0;
};

/// Layers put on one another; weights start as Gaussian, biases learn twice as fast and do not decay.
class Tower {
 public:
  explicit Tower(const Configuration& c) : c_(c) {}

  void add(Layer layer) { layers_.push_back(std::move(layer)); }
  void conv(const char* name, int filters, int kernel, int padding, int groups, double sigma, double start) {
    add(Conv2D{.name = name,
               .filters = filters,
               .kernel = kernel,
               .padding = Padding::all(padding),
               .groups = groups,
               .weight = weight(sigma),
               .bias = bias(start)});
  }
  /// conv1 rounds up: its last window hangs 3 pixels over the right and bottom edge.
  void first_conv() {
    add(Conv2D{.name = "conv1",
               .filters = c_.filters[0],
               .kernel = 11,
               .stride = 4,
               .padding = Padding::of(0, 0, 3, 3),
               .weight = weight(0.01),
               .bias = bias(0)});
  }
  void local_norm(const char* name) {
    if (c_.local_norm) {
      add(LRN{.name = name, .size = 5, .alpha = 1e-4, .beta = 0.75, .k = 2, .alpha_divided = true, .groups = c_.cards});
    }
  }
  void pool(const char* name) {
    add(MaxPool2D{.name = name, .window = c_.overlapping ? 3 : 2, .stride = 2, .rounding = PoolRounding::kUp});
  }
  void dense(const char* name, int units, double start) {
    add(Dense{.name = name, .units = units, .weight = weight(0.01), .bias = bias(start)});
  }
  /// At test time the activations are halved.
  void hidden(const char* name, const char* relu, const char* dropout) {
    dense(name, 4096, 1);
    add(ReLU{.name = relu});
    add(Dropout{.name = dropout, .rate = 0.5, .inverted = false});
  }
  [[nodiscard]] Network network() { return Network({.name = c_.name, .input = {3, 224, 224}, .layers = layers_}); }

 private:
  static ParameterOptions weight(double sigma) { return {Initializer::gaussian(sigma)}; }
  static ParameterOptions bias(double start) { return {Initializer::constant(start), 2, 0}; }

  const Configuration& c_;
  std::vector<Layer> layers_;
};

// Unlike the paper's text: no ReLU between conv1 and its normalisation, a third normalisation within each map, ReLU
// behind the last pool, sigma 0.03 in conv3 to conv5.
Network original(const Configuration& c, int classes) {
  Tower tower(c);
  tower.add(Normalize{.name = "normalize",
                      .scale = 1,
                      .mean_image = true,
                      .mean_height = 256,
                      .mean_width = 256,
                      .mean_at = Normalize::MeanAt::kCentre});
  tower.first_conv();
  tower.local_norm("lrn1");
  tower.pool("pool1");
  tower.add(ReLU{.name = "relu1"});
  // Pools of 2 leave larger maps: less padding brings them back to 6x6 at the end.
  tower.conv("conv2", c.filters[1], 5, c.overlapping ? 2 : 1, c.cards, 0.01, 1);
  tower.add(ReLU{.name = "relu2"});
  tower.local_norm("lrn2");
  if (c.map_norm) {
    tower.add(LRN{.name = "lrn2_map", .span = LRN::Span::kWithin, .size = 5, .alpha = 1e-3, .beta = 0.75, .k = 1});
  }
  tower.pool("pool2");
  tower.conv("conv3", c.filters[2], 3, 1, 1, 0.03, 0);
  tower.add(ReLU{.name = "relu3"});
  tower.conv("conv4", c.filters[3], 3, c.overlapping ? 1 : 0, c.cards, 0.03, 1);
  tower.add(ReLU{.name = "relu4"});
  tower.conv("conv5", c.filters[4], 3, 1, c.cards, 0.03, 1);
  tower.pool("pool5");
  tower.add(ReLU{.name = "relu5"});
  if (c.conv6) {
    tower.conv("conv6", c.filters[4], 3, 1, 1, 0.03, 1);
    tower.add(ReLU{.name = "relu_conv6"});
  }
  tower.add(Flatten{.name = "flatten"});
  tower.hidden("fc6", "relu6", "dropout6");
  tower.hidden("fc7", "relu7", "dropout7");
  tower.dense("fc8", classes, c.fc8_bias);
  return tower.network();
}

}  // namespace

// Source of all but the last: computerhistory/AlexNet-Source-Code, layers/layers-N.cfg, layers/layer-params-N.cfg,
// layer.py. N = 145, whose logs hold the paper's error rates:
Network alexnet_2012(int classes) { return original({.name = "alexnet-2012"}, classes); }

// N = 145-half. conv5 and the dense layers are not halved.
Network alexnet_2012_half(int classes) {
  return original({.name = "alexnet-2012-half", .filters = {48, 128, 192, 192, 256}, .cards = 1}, classes);
}

// N = 148.
Network alexnet_2012_nolrn(int classes) {
  return original({.name = "alexnet-2012-nolrn", .local_norm = false, .map_norm = false}, classes);
}

// N = 147.
Network alexnet_2012_pool2(int classes) {
  return original({.name = "alexnet-2012-pool2", .overlapping = false}, classes);
}

// N = 146-2012-2011. The sixth convolution stands behind the last pool.
Network alexnet_6conv(int classes) { return original({.name = "alexnet-6conv", .conv6 = true}, classes); }

// Source: akrizhevsky/cuda-convnet2, layers/layers-imagenet-1gpu.cfg.
Network alexnet_owt(int classes) {
  return original(
      {.name = "alexnet-owt", .filters = {64, 192, 384, 256, 256}, .cards = 1, .map_norm = false, .fc8_bias = -7},
      classes);
}

}  // namespace alexnet::models
