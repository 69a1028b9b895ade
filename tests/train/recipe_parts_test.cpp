#include <gtest/gtest.h>

#include "alexnet/core/error.h"
#include "alexnet/train/recipe.h"

#include "support/thrown.h"
#include "support/tiny.h"

namespace alexnet {
namespace {

using testing_support::argument;
using testing_support::message_of;
using testing_support::thrown;
using testing_support::tiny_network;

TEST(GeometryFor, FollowsTheNetworkAndTheRecipe) {
  const Network network = tiny_network();
  Recipe recipe;
  recipe.filter = Filter::kBicubic;
  recipe.resize_mode = ResizeMode::kCrop;
  const Geometry plain = geometry_for(recipe, network);
  EXPECT_EQ(plain.resize, 8);
  EXPECT_EQ(plain.width, 8);
  EXPECT_EQ(plain.channels, 3);
  EXPECT_EQ(plain.filter, Filter::kBicubic);
  EXPECT_EQ(plain.mode, ResizeMode::kCrop);
  recipe.crop = CropMode::kRandom;
  EXPECT_EQ(geometry_for(recipe, network).resize, 9);  // 8 * 8 / 7 = 9.14
  const Network wide({.name = "wide", .input = {1, 224, 224}, .layers = {Flatten{.name = "f"}}});
  EXPECT_EQ(geometry_for(recipe, wide).resize, 256);
  EXPECT_EQ(geometry_for(recipe, wide).channels, 1);
  recipe.resize = 7;
  EXPECT_EQ(message_of([&] { (void)geometry_for(recipe, network); }), Message::kOptionInvalid);
  const Network flat({.name = "flat", .input = {5}, .layers = {Dense{.name = "d", .units = 2}}});
  EXPECT_EQ(message_of([&] { (void)geometry_for(Recipe{}, flat); }), Message::kNetworkInvalid);
}

TEST(RecipeParts, BecomeTheOptionsOfOthers) {
  Recipe recipe;
  recipe.decay = 0.25;
  recipe.momentum = 0.5;
  EXPECT_EQ(update_rule_for(recipe), UpdateRule(Sgd{.momentum = 0.5, .decay = 0.25}));
  recipe.momentum_form = MomentumForm::kRateOutside;
  EXPECT_EQ(update_rule_for(recipe), UpdateRule(Sgd{.momentum = 0.5, .decay = 0.25, .rate_inside = false}));
  recipe.nesterov = true;
  EXPECT_EQ(update_rule_for(recipe),
            UpdateRule(Sgd{.momentum = 0.5, .decay = 0.25, .rate_inside = false, .nesterov = true}));
  recipe.optimizer = OptimizerKind::kAdam;
  EXPECT_EQ(update_rule_for(recipe), UpdateRule(Adam{.decay = 0.25}));
  recipe.optimizer = OptimizerKind::kAdamW;
  EXPECT_EQ(update_rule_for(recipe), UpdateRule(Adam{.decay = 0.25, .decoupled = true}));
  recipe.optimizer = OptimizerKind::kLars;
  recipe.lars_trust = 0.01;
  EXPECT_EQ(update_rule_for(recipe), UpdateRule(Lars{.momentum = 0.5, .decay = 0.25, .trust = 0.01}));
  recipe.batch = 64;
  recipe.accumulate = 4;
  EXPECT_EQ(photos_per_step(recipe), 256);
  recipe.accumulate = 1 << 30;
  EXPECT_EQ(message_of([&] { (void)photos_per_step(recipe); }), Message::kOptionInvalid);
  recipe.flip = true;
  EXPECT_EQ(augmentation_for(recipe, tiny_network()), (Augmentation{.flip = true}));
  recipe.split_test = 0.5;
  EXPECT_EQ(split_options_for(recipe).test, 0.5);
  EXPECT_EQ(split_options_for(recipe).seed, recipe.seed);
}

TEST(WithOutputFor, ChangesTheOutputAlone) {
  const Network network = tiny_network();
  const Network hinge = with_output_for(network, LossKind::kHinge);
  EXPECT_EQ(hinge.output(), OutputKind::kScores);
  EXPECT_EQ(hinge.layers(), network.layers());
  EXPECT_EQ(with_output_for(hinge, LossKind::kAuto).output(), OutputKind::kScores);
  EXPECT_EQ(with_output_for(hinge, LossKind::kCrossEntropy), network);
}

Network with_mean_image(int channels) {
  return Network({.name = "mean",
                  .input = {channels, 6, 6},
                  .layers = {Normalize{.name = "pixels",
                                       .order = channels == 3 ? Normalize::Order::kBGR : Normalize::Order::kRGB,
                                       .scale = 0.5,
                                       .mean_image = true,
                                       .mean_height = 8,
                                       .mean_width = 8},
                             Flatten{.name = "flatten"}}});
}

TEST(GeometryFor, TakesTheSideOfAMeanImage) {
  Recipe recipe;
  EXPECT_EQ(geometry_for(recipe, with_mean_image(3)).resize, 8);
  recipe.crop = CropMode::kRandom;
  EXPECT_EQ(geometry_for(recipe, with_mean_image(3)).resize, 8);
  recipe.resize = 8;
  EXPECT_EQ(geometry_for(recipe, with_mean_image(3)).resize, 8);
  recipe.resize = 7;
  EXPECT_EQ(message_of([&] { (void)geometry_for(recipe, with_mean_image(3)); }), Message::kOptionInvalid);
}

TEST(AugmentationFor, KnowsTheNetworksUnitsAndOrder) {
  Recipe recipe;
  recipe.color_noise = 0.1;
  recipe.color_noise_shrink = true;
  recipe.color_noise_epochs = 7;
  recipe.crop_share = 32;
  const Augmentation expected{
      .crop_share = 32,
      .colour_noise = {.strength = 0.1, .shrink = true, .last_epoch = 7, .scale = 0.5, .blue_first = true}};
  EXPECT_TRUE(augmentation_for(recipe, with_mean_image(3)) == expected);
  EXPECT_EQ(message_of([&] { (void)augmentation_for(recipe, with_mean_image(1)); }), Message::kOptionInvalid);
}

TEST(AugmentationFor, TakesEveryKey) {
  Recipe recipe;
  recipe.crop = CropMode::kRandomResized;
  recipe.crop_area = 0.5;
  recipe.rotation = 1;
  recipe.brightness = 0.2;
  recipe.contrast = 0.3;
  recipe.saturation = 0.4;
  recipe.cutout = 0.5;
  recipe.mixup = 0.6;
  const Augmentation expected{.crop = CropMode::kRandomResized,
                              .crop_area = 0.5,
                              .rotation = 1,
                              .brightness = 0.2,
                              .contrast = 0.3,
                              .saturation = 0.4,
                              .cutout = 0.5,
                              .mixup = 0.6};
  EXPECT_TRUE(augmentation_for(recipe, with_mean_image(3)) == expected);
  EXPECT_EQ(geometry_for(recipe, tiny_network()).resize, 9);
  const auto error = thrown([&] { (void)augmentation_for(recipe, with_mean_image(1)); });
  ASSERT_TRUE(error);
  EXPECT_EQ(argument(*error, "where"), "saturation");
}

}  // namespace
}  // namespace alexnet
