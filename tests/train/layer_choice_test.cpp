#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/core/error.h"
#include "alexnet/train/recipe.h"

#include "support/thrown.h"
#include "support/tiny.h"

namespace alexnet {
namespace {

using testing::ElementsAre;
using testing_support::message_of;
using testing_support::tiny_network;

std::vector<std::string> frozen(const std::string& text) {
  Recipe recipe;
  recipe.freeze = text;
  return frozen_layers(recipe, tiny_network());
}

TEST(FrozenLayers, AreNamedAloneOrFromOneToAnother) {
  EXPECT_THAT(frozen("none"), ElementsAre());
  EXPECT_THAT(frozen("conv1"), ElementsAre("conv1"));
  EXPECT_THAT(frozen("conv1..pool1"), ElementsAre("conv1", "relu1", "pool1"));
  EXPECT_THAT(frozen("fc2,conv1..relu1"), ElementsAre("conv1", "relu1", "fc2"));
  EXPECT_EQ(message_of([] { (void)frozen("conv9"); }), Message::kLayerUnknown);
  EXPECT_EQ(message_of([] { (void)frozen("fc2..conv1"); }), Message::kOptionInvalid);
}

std::vector<double> rates(const std::string& text, double epoch = 0) {
  Recipe recipe;
  recipe.layer_rates = text;
  return layer_rates(recipe, tiny_network(), epoch);
}

// Trainable: conv1, bn1, fc2, fc3, two each.
TEST(LayerRates, MultiplyTheRateOfTheirParameters) {
  EXPECT_THAT(rates("none"), ElementsAre(1, 1, 1, 1, 1, 1, 1, 1));
  EXPECT_THAT(rates("conv1..bn1:0.1,fc3:10"), ElementsAre(0.1, 0.1, 0.1, 0.1, 1, 1, 10, 10));
  EXPECT_THAT(rates("conv1:0"), ElementsAre(0, 0, 1, 1, 1, 1, 1, 1));
  for (const char* bad : {"conv1", "conv1:", "conv1:x", "conv1:-1", "conv1:inf", "conv1:1@", "conv1:1@-1"}) {
    EXPECT_EQ(message_of([&] { (void)rates(bad); }), Message::kOptionInvalid) << bad;
  }
  EXPECT_EQ(message_of([] { (void)rates("conv9:1"); }), Message::kLayerUnknown);
}

// The 2012 code ends the learning of conv1 at epoch 74, and divides the rates of biases less often than those of
// weights.
TEST(LayerRates, ChangeWithTheEpoch) {
  EXPECT_THAT(rates("conv1:0@74", 73), ElementsAre(1, 1, 1, 1, 1, 1, 1, 1));
  EXPECT_THAT(rates("conv1:0@74", 74), ElementsAre(0, 0, 1, 1, 1, 1, 1, 1));
  EXPECT_THAT(rates("conv1:0@2,conv1:0.5@4", 5), ElementsAre(0.5, 0.5, 1, 1, 1, 1, 1, 1));
  EXPECT_THAT(rates("biases:6@25,conv1:2", 24), ElementsAre(2, 2, 1, 1, 1, 1, 1, 1));
  EXPECT_THAT(rates("biases:6@25,conv1:2", 25), ElementsAre(2, 12, 1, 6, 1, 6, 1, 6));
  EXPECT_EQ(message_of([] { (void)rates("conv9:1@5"); }), Message::kLayerUnknown);
}

}  // namespace
}  // namespace alexnet
