#include "alexnet/network/network.h"

#include <utility>

#include <gtest/gtest.h>

#include "error_text.h"

namespace alexnet {
namespace {

Network::Options small() {
  return {.name = "small",
          .input = {3, 8, 8},
          .layers = {Normalize{.name = "normalize", .mean_image = true, .mean_height = 9, .mean_width = 9},
                     Conv2D{.name = "conv1", .filters = 4, .kernel = 3}, BatchNorm{.name = "bn1"},
                     Flatten{.name = "flatten"}, Dense{.name = "fc2", .units = 5}}};
}

std::string refusal_of_layers(std::vector<Layer> layers) {
  return error_text([&] { Network({.name = "n", .input = {3, 8, 8}, .layers = std::move(layers)}); });
}

TEST(Network, KnowsShapesParametersAndWork) {
  const Network network(small());
  EXPECT_EQ(network.facts(1).input, (Shape{3, 8, 8}));
  EXPECT_EQ(network.facts(1).output, (Shape{4, 6, 6}));
  EXPECT_EQ(network.facts(1).parameter_count, 4 * 27 + 4);
  EXPECT_EQ(network.facts(2).parameter_count, 16);
  EXPECT_EQ(network.facts(2).trainable_count, 8);
  EXPECT_EQ(network.classes(), 5);
  // conv1 112, bn1 16 (8 of them statistics), fc2 144 * 5 + 5; the mean image counts in neither.
  EXPECT_EQ(network.parameter_count(), 112 + 16 + 725);
  EXPECT_EQ(network.trainable_count(), 112 + 8 + 725);
  EXPECT_EQ(network.macs(), 4 * 6 * 6 * 27 + 144 * 5);
}

TEST(Network, ListsParametersInLayerOrder) {
  const Network network(small());
  std::vector<std::string> all;
  for (const auto& spec : network.parameters()) {
    all.push_back(spec.name);
  }
  EXPECT_EQ(all, (std::vector<std::string>{"normalize.mean", "conv1.weight", "conv1.bias", "bn1.weight", "bn1.bias",
                                           "bn1.running_mean", "bn1.running_var", "fc2.weight", "fc2.bias"}));
  std::vector<std::string> trainable;
  for (const auto& spec : network.trainable()) {
    trainable.push_back(spec.name);
  }
  EXPECT_EQ(trainable, (std::vector<std::string>{"conv1.weight", "conv1.bias", "bn1.weight", "bn1.bias", "fc2.weight",
                                                 "fc2.bias"}));
}

TEST(Network, FindsLayersAndSuggestsTheNearest) {
  const Network network(small());
  EXPECT_EQ(network.index_of("bn1"), 2u);
  try {
    (void)network.index_of("convl");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(describe(error).code, "layer-unknown");
    EXPECT_EQ(describe(error).hint, "did you mean conv1?");
  }
}

TEST(Network, MapsTensorNames) {
  Network::Options options = small();
  options.tensor_names = {{"conv1.weight", "features.0.weight"}};
  const Network network(std::move(options));
  EXPECT_EQ(network.tensor_name("conv1.weight"), "features.0.weight");
  EXPECT_EQ(network.tensor_name("conv1.bias"), "conv1.bias");
  EXPECT_NE(error_text([&] { (void)network.tensor_name("conv9.weight"); }), "nothing");
}

TEST(Network, RefusesTensorNamesThatDoNotFit) {
  const auto with = [](std::map<std::string, std::string> names) {
    Network::Options options = small();
    options.tensor_names = std::move(names);
    return error_text([&] { Network(std::move(options)); });
  };
  EXPECT_EQ(with({{"conv7.weight", "a"}}),
            "network-invalid | conv7.weight | expected a parameter that has a tensor name, got no such parameter");
  EXPECT_EQ(with({{"conv1.weight", "a"}, {"fc2.weight", "a"}}),
            "network-invalid | fc2.weight | expected a tensor name of its own, got a");
  EXPECT_EQ(with({{"conv1.weight", "fc2.bias"}}),
            "network-invalid | fc2.bias | expected a tensor name of its own, got fc2.bias");
}

TEST(Network, RefusesNamesThatDoNotServe) {
  EXPECT_EQ(refusal_of_layers({ReLU{"a"}, ReLU{"a"}}),
            "network-invalid | 2 (relu) | expected a name of its own, got a, as an earlier layer");
  EXPECT_EQ(refusal_of_layers({ReLU{""}}),
            "network-invalid | 1 (relu) | expected a name of printable UTF-8, got an empty one");
  EXPECT_EQ(refusal_of_layers({ReLU{"a\xff"}}),
            "network-invalid | 1 (relu) | expected a name of printable UTF-8, got other bytes");
  EXPECT_EQ(refusal_of_layers({ReLU{"a\x1b[0m"}}),
            "network-invalid | 1 (relu) | expected a name of printable UTF-8, got other bytes");
  EXPECT_EQ(refusal_of_layers({ReLU{"卷积"}}), "nothing");
}

TEST(Network, RefusesNormalizeBehindAnotherLayer) {
  EXPECT_EQ(refusal_of_layers({ReLU{"a"}, Normalize{.name = "n"}}),
            "network-invalid | n | expected normalize as the first layer, got place 2");
}

TEST(Network, RefusesNoLayers) {
  EXPECT_EQ(refusal_of_layers({}), "network-invalid | (none) | expected at least one layer, got an empty list");
}

TEST(Network, NamesTheLayerWhoseShapeDoesNotFit) {
  EXPECT_EQ(refusal_of_layers({MaxPool2D{.name = "pool1", .window = 4, .stride = 4},
                               Conv2D{.name = "conv2", .filters = 1, .kernel = 3}}),
            "network-invalid | conv2 | expected an input height of at least 3 (window 3, padding 0), got 2");
}

TEST(Network, RefusesTotalsThatCannotBeCounted) {
  // Each layer is allowed, all of them together are not.
  std::vector<Layer> layers{Flatten{.name = "f"}, Dense{.name = "d0", .units = 1 << 20}};
  for (int i = 1; i < 4; ++i) {
    layers.push_back(Dense{.name = "d" + std::to_string(i), .units = 1 << 20, .has_bias = false});
  }
  EXPECT_EQ(refusal_of_layers(std::move(layers)),
            "network-invalid | d1 | expected a network of at most 1099511627776 elements and 288230376151711744 MACs, "
            "got more, with this layer (1048576)");
}

}  // namespace
}  // namespace alexnet
