#include "alexnet/network/locally_connected2d.h"

#include <gtest/gtest.h>

#include "alexnet/network/layer.h"
#include "alexnet/network/network.h"

#include "error_text.h"

namespace alexnet {
namespace {

TEST(LocallyConnected2D, EveryOutputPixelHasItsOwnFiltersAndBiases) {
  const LocallyConnected2D layer{
      .name = "l", .filters = 6, .kernel = 3, .stride = 2, .padding = Padding::of(1, 0, 1, 0)};
  EXPECT_EQ(output_shape(layer, {4, 6, 9}), (Shape{6, 3, 4}));
  const auto specs = parameters(layer, {4, 6, 9});
  ASSERT_EQ(specs.size(), 2u);
  EXPECT_EQ(specs[0].name, "l.weight");
  EXPECT_EQ(specs[0].shape, (Shape{3, 4, 6, 4, 3, 3}));
  EXPECT_EQ(specs[0].fan_in, 36);
  EXPECT_EQ(specs[0].fan_out, 54);
  EXPECT_EQ(specs[1].name, "l.bias");
  EXPECT_EQ(specs[1].shape, (Shape{6, 3, 4}));
  EXPECT_EQ(macs(layer, {4, 6, 9}), 3 * 4 * 6 * 4 * 3 * 3);
}

TEST(LocallyConnected2D, WithoutBiasHasOneParameter) {
  const LocallyConnected2D layer{.name = "l", .filters = 2, .kernel = 1, .has_bias = false};
  EXPECT_EQ(parameters(layer, {3, 2, 2}).size(), 1u);
}

TEST(LocallyConnected2D, RefusesWhatDoesNotFit) {
  const auto refusal = [](const LocallyConnected2D& layer, const Shape& input) {
    return error_text([&] { (void)output_shape(layer, input); });
  };
  EXPECT_EQ(refusal({.name = "l", .filters = 2, .kernel = 5}, {3, 4, 9}),
            "network-invalid | l | expected an input height of at least 5 (window 5, padding 0), got 4");
  EXPECT_EQ(refusal({.name = "l", .filters = 0, .kernel = 1}, {3, 4, 4}),
            "network-invalid | l | expected filters of at least 1, got 0");
  EXPECT_EQ(refusal({.name = "l", .filters = 2, .kernel = 1}, {12}),
            "network-invalid | l | expected an input of channels x height x width, got 12");
  const int most = 2147483647;
  EXPECT_NE(error_text([&] {
              (void)parameters(LocallyConnected2D{.name = "l", .filters = most, .kernel = 1}, {3, 64, 64});
            }),
            "nothing");
}

TEST(LocallyConnected2D, RoundTripsThroughJson) {
  const Network network({.name = "n",
                         .input = {2, 5, 5},
                         .layers = {LocallyConnected2D{.name = "l",
                                                       .filters = 3,
                                                       .kernel = 2,
                                                       .stride = 2,
                                                       .padding = Padding::of(1, 0, 0, 1),
                                                       .has_bias = false,
                                                       .weight = {Initializer::gaussian(0.04), 2, 3},
                                                       .bias = {Initializer::constant(1), 4, 5}}}});
  EXPECT_TRUE(Network::from_json(network.to_json()) == network);
}

}  // namespace
}  // namespace alexnet
