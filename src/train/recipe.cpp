#include "alexnet/train/recipe.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "alexnet/core/error.h"

#include "core/machine.h"

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
  if (recipe.schedule == ScheduleKind::kDexp && recipe.final_rate == 0) {
    throw Error(Message::kOptionInvalid,
                {{"where", "final_rate"}, {"expected", "a rate above 0 for schedule dexp"}, {"got", "0"}});
  }
  for (const auto& [key, value] : {std::pair{"label_smoothing", recipe.label_smoothing}, {"mixup", recipe.mixup}}) {
    if (recipe.loss == LossKind::kHinge && value != 0) {
      throw Error(Message::kOptionInvalid, {{"where", key},
                                            {"expected", "0 with loss hinge, which takes whole labels"},
                                            {"got", fmt::format("{}", value)}});
    }
  }
  const bool weighs =
      recipe.class_weights == ClassWeights::kBalanced || recipe.class_weights == ClassWeights::kEffective;
  if (recipe.sampler == Sampler::kBalanced && weighs) {
    throw Error(Message::kOptionInvalid,
                {{"where", "class_weights"},
                 {"expected", "none, or a file, with sampler balanced: rare classes would count more twice over"},
                 {"got", recipe_option("class_weights").get(recipe)}});
  }
}

namespace {

/// Side of the square that photos are resized to where the recipe leaves it open.
int usual_side(const Recipe& recipe, const Network& network, int input) {
  const Normalize* normalize = network.normalize();
  if (normalize != nullptr && normalize->mean_image) {
    return normalize->mean_height;
  }
  // 8/7: 256 for 224, as the paper cuts
  return recipe.crop == CropMode::kCentre ? input : (input * 8 + 3) / 7;
}

}  // namespace

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
  const int usual = usual_side(recipe, network, side);
  geometry.resize = recipe.resize != 0 ? recipe.resize : usual;
  const Normalize* normalize = network.normalize();
  if (normalize != nullptr && normalize->mean_image && geometry.resize != usual) {
    throw Error(Message::kOptionInvalid, {{"where", "resize"},
                                          {"expected", fmt::format("0 or {}, the side of the mean image", usual)},
                                          {"got", fmt::format("{}", recipe.resize)}});
  }
  return geometry;
}

Augmentation augmentation_for(const Recipe& recipe, const Network& network) {
  for (const auto& [key, value] : {std::pair{"color_noise", recipe.color_noise}, {"saturation", recipe.saturation}}) {
    if (network.input()[0] != 3 && value != 0) {
      throw Error(
          Message::kOptionInvalid,
          {{"where", key}, {"expected", "0: the network reads grey pictures"}, {"got", fmt::format("{}", value)}});
    }
  }
  Augmentation augmentation{.crop = recipe.crop,
                            .flip = recipe.flip,
                            .crop_share = recipe.crop_share,
                            .crop_area = recipe.crop_area,
                            .rotation = recipe.rotation,
                            .brightness = recipe.brightness,
                            .contrast = recipe.contrast,
                            .saturation = recipe.saturation,
                            .cutout = recipe.cutout,
                            .mixup = recipe.mixup};
  if (recipe.color_noise == 0) {
    return augmentation;
  }
  const Normalize* normalize = network.normalize();
  augmentation.colour_noise = {.strength = recipe.color_noise,
                               .reading = recipe.color_noise_reading,
                               .shrink = recipe.color_noise_shrink,
                               .last_epoch = static_cast<std::uint32_t>(recipe.color_noise_epochs),
                               .scale = normalize == nullptr ? 1 : normalize->scale,
                               .blue_first = normalize != nullptr && normalize->order == Normalize::Order::kBGR};
  return augmentation;
}

int loader_threads_for(const Recipe& recipe) {
  constexpr int kMost = 8;
  return recipe.loader_threads > 0 ? recipe.loader_threads : std::clamp(usable_cores() / 2, 1, kMost);
}

SplitOptions split_options_for(const Recipe& recipe) {
  SplitOptions options;
  options.mode = recipe.split;
  options.train = recipe.split_train;
  options.val = recipe.split_val;
  options.test = recipe.split_test;
  options.seed = recipe.seed;
  return options;
}

int photos_per_step(const Recipe& recipe) {
  const std::int64_t photos = static_cast<std::int64_t>(recipe.batch) * recipe.accumulate;
  if (photos > std::numeric_limits<int>::max()) {
    throw Error(Message::kOptionInvalid,
                {{"where", "accumulate"},
                 {"expected",
                  fmt::format("at most {} for batch {}", std::numeric_limits<int>::max() / recipe.batch, recipe.batch)},
                 {"got", fmt::format("{}", recipe.accumulate)}});
  }
  return static_cast<int>(photos);
}

UpdateRule update_rule_for(const Recipe& recipe) {
  if (recipe.optimizer == OptimizerKind::kLars) {
    return Lars{.momentum = recipe.momentum, .decay = recipe.decay, .trust = recipe.lars_trust};
  }
  if (recipe.optimizer != OptimizerKind::kSgd) {
    return Adam{.decay = recipe.decay, .decoupled = recipe.optimizer == OptimizerKind::kAdamW};
  }
  return Sgd{.momentum = recipe.momentum,
             .decay = recipe.decay,
             .rate_inside = recipe.momentum_form == MomentumForm::kRateInside,
             .nesterov = recipe.nesterov};
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
