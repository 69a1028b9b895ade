#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/train/recipe.h"

#include "train/recipe_text.h"

// Layers by name in a recipe: "conv1", "conv1..conv3" (all between in the network's order), more of them with commas.
namespace alexnet {
namespace {

constexpr std::string_view kNone = "none";
constexpr std::string_view kBiases = "biases";

/// First and last index of "conv1..conv3" or "conv1".
std::pair<std::size_t, std::size_t> range_of(std::string_view text, const Network& network) {
  constexpr std::string_view kTo = "..";
  const std::size_t to = text.find(kTo);
  if (to == std::string_view::npos) {
    const std::size_t index = network.index_of(text);
    return {index, index};
  }
  const auto range = std::pair(network.index_of(text.substr(0, to)), network.index_of(text.substr(to + kTo.size())));
  if (range.first > range.second) {
    throw Error(Message::kOptionInvalid,
                {{"where", std::string(text)}, {"expected", "the earlier layer first"}, {"got", "the later one"}});
  }
  return range;
}

double number_of(std::string_view text, const char* expected) {
  double number = 0;
  if (!parse_number(text, number) || !std::isfinite(number) || number < 0) {
    throw Error(Message::kOptionInvalid,
                {{"where", "layer_rates"}, {"expected", expected}, {"got", std::string(text)}});
  }
  return number;
}

/// "conv1..conv3:0.1@20": from epoch 20 on a tenth of the rate.
struct LayerRate {
  std::string_view layers;
  double factor;
  double epoch;  ///< epochs that are over before it holds
};

LayerRate layer_rate_of(std::string_view part) {
  const std::size_t colon = part.find(':');
  if (colon == std::string_view::npos) {
    throw Error(Message::kOptionInvalid,
                {{"where", "layer_rates"}, {"expected", "LAYER:FACTOR"}, {"got", std::string(part)}});
  }
  const std::size_t at = std::min(part.find('@', colon), part.size());
  return {.layers = part.substr(0, colon),
          .factor = number_of(part.substr(colon + 1, at - colon - 1), "a number from 0 behind each colon"),
          .epoch = at == part.size() ? 0 : number_of(part.substr(at + 1), "epochs behind each @")};
}

}  // namespace

std::vector<std::string> frozen_layers(const Recipe& recipe, const Network& network) {
  std::vector<std::string> names;
  if (recipe.freeze == kNone) {
    return names;
  }
  std::vector<bool> frozen(network.layers().size());
  for (const std::string_view part : parts_of(recipe.freeze)) {
    const auto [first, last] = range_of(part, network);
    std::fill(frozen.begin() + static_cast<std::ptrdiff_t>(first),
              frozen.begin() + static_cast<std::ptrdiff_t>(last) + 1, true);
  }
  for (std::size_t i = 0; i < frozen.size(); ++i) {
    if (frozen[i]) {
      names.push_back(name_of(network.layers()[i]));
    }
  }
  return names;
}

std::vector<double> layer_rates(const Recipe& recipe, const Network& network, double epoch) {
  std::vector<double> of_layer(network.layers().size(), 1);
  double of_biases = 1;
  if (recipe.layer_rates != kNone) {
    for (const std::string_view part : parts_of(recipe.layer_rates)) {
      const LayerRate rate = layer_rate_of(part);
      const bool biases = rate.layers == kBiases;
      const auto [first, last] = biases ? std::pair<std::size_t, std::size_t>() : range_of(rate.layers, network);
      if (epoch < rate.epoch) {
        continue;
      }
      if (biases) {
        of_biases = rate.factor;
        continue;
      }
      std::fill(of_layer.begin() + static_cast<std::ptrdiff_t>(first),
                of_layer.begin() + static_cast<std::ptrdiff_t>(last) + 1, rate.factor);
    }
  }
  std::vector<double> of_parameter;
  for (std::size_t i = 0; i < of_layer.size(); ++i) {
    for (const ParameterSpec& spec : network.facts(i).parameters) {
      if (spec.role == ParameterRole::kTrainable) {
        of_parameter.push_back(of_layer[i] * (spec.name.ends_with(".bias") ? of_biases : 1));
      }
    }
  }
  return of_parameter;
}

}  // namespace alexnet
