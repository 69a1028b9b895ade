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

double factor_of(std::string_view text) {
  double factor = 0;
  if (!parse_number(text, factor) || !std::isfinite(factor) || factor < 0) {
    throw Error(
        Message::kOptionInvalid,
        {{"where", "layer_rates"}, {"expected", "a number from 0 behind each colon"}, {"got", std::string(text)}});
  }
  return factor;
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

std::vector<double> layer_rates(const Recipe& recipe, const Network& network) {
  std::vector<double> of_layer(network.layers().size(), 1);
  if (recipe.layer_rates != kNone) {
    for (const std::string_view part : parts_of(recipe.layer_rates)) {
      const std::size_t colon = part.find(':');
      if (colon == std::string_view::npos) {
        throw Error(Message::kOptionInvalid,
                    {{"where", "layer_rates"}, {"expected", "LAYER:FACTOR"}, {"got", std::string(part)}});
      }
      const auto [first, last] = range_of(part.substr(0, colon), network);
      const double factor = factor_of(part.substr(colon + 1));
      std::fill(of_layer.begin() + static_cast<std::ptrdiff_t>(first),
                of_layer.begin() + static_cast<std::ptrdiff_t>(last) + 1, factor);
    }
  }
  std::vector<double> of_parameter;
  for (std::size_t i = 0; i < of_layer.size(); ++i) {
    const auto& specs = network.facts(i).parameters;
    const auto count = std::ranges::count(specs, ParameterRole::kTrainable, &ParameterSpec::role);
    of_parameter.insert(of_parameter.end(), static_cast<std::size_t>(count), of_layer[i]);
  }
  return of_parameter;
}

std::vector<float> class_weights_for(const Recipe& recipe, const std::vector<std::int64_t>& photos) {
  if (recipe.class_weights == ClassWeights::kNone) {
    return {};
  }
  std::vector<double> weights;
  double sum = 0;  // over photos
  double count = 0;
  for (const std::int64_t n : photos) {
    // Effective number of n photos: (1 - b^n) / (1 - b). Source: Cui et al. 2019, with b = 0.999.
    constexpr double kBeta = 0.999;
    const auto number = static_cast<double>(n);
    const double effective =
        recipe.class_weights == ClassWeights::kBalanced ? number : (1 - std::pow(kBeta, number)) / (1 - kBeta);
    weights.push_back(n == 0 ? 0 : 1 / effective);
    sum += weights.back() * number;
    count += number;
  }
  std::vector<float> scaled;
  std::ranges::transform(weights, std::back_inserter(scaled),
                         [&](double w) { return static_cast<float>(w * count / sum); });
  return scaled;
}

}  // namespace alexnet
