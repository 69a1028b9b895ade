#include "alexnet/train/recipe.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "alexnet/core/error.h"

namespace alexnet {

void check_recipe(const Recipe& recipe) {
  const double sum = recipe.split_train + recipe.split_val + recipe.split_test;
  if (std::abs(sum - 1) > 1e-6) {
    throw Error(
        Message::kOptionInvalid,
        {{"where", "split_train, split_val, split_test"},
         {"expected", "shares whose sum is 1"},
         {"got", fmt::format("{} + {} + {} = {}", recipe.split_train, recipe.split_val, recipe.split_test, sum)}});
  }
  if (recipe.split == SplitOptions::Mode::kShuffle && recipe.split_test != 0) {
    throw Error(Message::kOptionInvalid, {{"where", "split_test"},
                                          {"expected", "0 with split shuffle, which cuts in two"},
                                          {"got", fmt::format("{}", recipe.split_test)}});
  }
}

Geometry geometry_for(const Recipe& recipe, const Network& network) {
  const Shape& input = network.input();
  if (input.size() != 3 || (input[0] != 1 && input[0] != 3)) {
    throw Error(Message::kNetworkInvalid, {{"where", network.name()},
                                           {"expected", "an input of 1 or 3 channels, height and width"},
                                           {"got", to_string(input)}});
  }
  Geometry geometry;
  geometry.channels = static_cast<int>(input[0]);
  geometry.height = static_cast<int>(input[1]);
  geometry.width = static_cast<int>(input[2]);
  geometry.mode = recipe.resize_mode;
  geometry.filter = recipe.filter;
  const int side = std::max(geometry.width, geometry.height);
  if (recipe.resize != 0 && recipe.resize < side) {
    throw Error(Message::kOptionInvalid, {{"where", "resize"},
                                          {"expected", fmt::format("0, or at least the network's input of {}", side)},
                                          {"got", fmt::format("{}", recipe.resize)}});
  }
  // 8/7: 256 for 224, as the paper cuts
  const int roomy = (side * 8 + 3) / 7;
  geometry.resize = recipe.resize != 0 ? recipe.resize : (recipe.random_crop ? roomy : side);
  return geometry;
}

Augmentation augmentation_for(const Recipe& recipe) { return {recipe.random_crop, recipe.flip}; }

SplitOptions split_options_for(const Recipe& recipe) {
  SplitOptions options;
  options.mode = recipe.split;
  options.train = recipe.split_train;
  options.val = recipe.split_val;
  options.test = recipe.split_test;
  options.seed = recipe.seed;
  return options;
}

UpdateRule update_rule_for(const Recipe& recipe) {
  if (recipe.optimizer == OptimizerKind::kAdam) {
    return Adam{.decay = recipe.decay};
  }
  return Sgd{.momentum = recipe.momentum, .decay = recipe.decay};
}

Network with_output_for(const Network& network, LossKind loss) {
  if (loss == LossKind::kAuto) {
    return network;
  }
  Network::Options options = network.options();
  options.output = loss == LossKind::kHinge ? OutputKind::kScores : OutputKind::kProbabilities;
  return Network(std::move(options));
}

}  // namespace alexnet
