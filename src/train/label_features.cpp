#include <algorithm>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/formats/safetensors.h"
#include "alexnet/infer/embedding.h"
#include "alexnet/train/label_check.h"
#include "alexnet/train/recipe.h"

#include "train/patch_model.h"

namespace alexnet {
namespace {

constexpr int kCells = 3;

/// The layers up to `last`, whose output, averaged in cells where it has maps, is the scores.
Network cut_behind(const Network& network, std::size_t last) {
  Network::Options options = network.options();
  options.layers.resize(last + 1);
  options.output = OutputKind::kScores;
  const Shape& output = network.facts(last).output;
  if (output.size() == 3) {
    const auto side = static_cast<int>(std::min(output[1], output[2]));
    if (side > kCells) {
      const int stride = side / kCells;
      options.layers.push_back(
          AvgPool2D{.name = "cells of features", .window = side - (kCells - 1) * stride, .stride = stride});
    }
    options.layers.push_back(Flatten{.name = "features"});
  }
  return Network(std::move(options));
}

/// Keeps what the cut network still has.
Weights weights_for(const Network& network, const Weights& all) {
  Weights weights;
  for (const ParameterSpec& spec : network.parameters()) {
    weights.emplace(spec.name, all.at(spec.name));
  }
  return weights;
}

FeatureModel cut_model(const Network& network, const Weights& weights, const Geometry& geometry, std::size_t last,
                       const std::string& file) {
  Network features = cut_behind(network, last);
  Weights kept = weights_for(features, weights);
  return {{.network = std::move(features), .weights = std::move(kept), .geometry = geometry, .classes = {}},
          fmt::format("layer {} of {}, {}", name_of(network.layers()[last]), network.name(), file)};
}

std::size_t fitting_tensors(const SafetensorsFile& file, const Network& network) {
  const auto fits = [&](const ParameterSpec& spec) {
    for (const auto& name : {network.tensor_name(spec.name), spec.name}) {
      if (const auto found = file.tensors.find(name); found != file.tensors.end()) {
        return found->second.shape() == spec.shape;
      }
    }
    return false;
  };
  return static_cast<std::size_t>(std::ranges::count_if(network.parameters(), fits));
}

/// The first layer of which a parameter begins anew.
std::size_t first_anew(const Network& network, const FittingWeights& fitting) {
  for (std::size_t i = 0; i < network.layers().size(); ++i) {
    for (const ParameterSpec& spec : network.facts(i).parameters) {
      if (!fitting.weights.contains(spec.name)) {
        return i;
      }
    }
  }
  return network.index_of(last_hidden_layer(network)) + 1;
}

/// Whether one of the first `count` layers learns.
bool has_weights(const Network& network, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (network.facts(i).trainable_count > 0) {
      return true;
    }
  }
  return false;
}

/// The network that most tensors fit; of those, the first that takes most of the file (a mean image has other names).
const Network& best_fitting(const std::filesystem::path& file, const std::vector<Network>& networks) {
  const auto tensors = read_safetensors(file);
  std::size_t most = 0;
  for (const Network& network : networks) {
    most = std::max(most, fitting_tensors(tensors, network));
  }
  const Network* best = nullptr;
  std::size_t taken = 0;
  for (const Network& network : networks) {
    if (fitting_tensors(tensors, network) == most) {
      const auto count = read_fitting_weights(file, network).weights.size();
      if (best == nullptr || count > taken) {
        best = &network;
        taken = count;
      }
    }
  }
  return *best;
}

FeatureModel features_of_weights(const std::filesystem::path& file, const std::vector<Network>& networks) {
  const auto& network = best_fitting(file, networks);
  const auto fitting = read_fitting_weights(file, network);
  const std::size_t end = first_anew(network, fitting);
  if (!has_weights(network, end)) {
    throw Error(Message::kTensorMissing, {{"where", fitting.anew.front()}, {"file", file.string()}});
  }
  return cut_model(network, fitting.weights, geometry_for(Recipe{}, network), end - 1, file.filename().string());
}

}  // namespace

FeatureModel pretrained_features(const std::filesystem::path& model_or_weights, const std::vector<Network>& networks) {
  const auto file = find_model(model_or_weights);
  try {
    const Model model = read_model(file);
    return cut_model(model.network, model.weights, model.geometry,
                     model.network.index_of(last_hidden_layer(model.network)), model_or_weights.string());
  } catch (const Error& error) {
    if (error.message() != Message::kModelInvalid || networks.empty()) {
      throw;
    }
  }
  return features_of_weights(file, networks);
}

FeatureModel patch_features(const Dataset& dataset) {
  std::vector<std::size_t> items(dataset.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    items[i] = i;
  }
  auto model = patch_model(dataset, items);
  const auto filters = model.network.facts(1).output[0] / 2;
  return {std::move(model), fmt::format("{} patches of the photos as filters", filters)};
}

}  // namespace alexnet
