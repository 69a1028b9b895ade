#include "alexnet/network/rewrites/hybrid.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "alexnet/core/error.h"

#include "network/checks.h"

namespace alexnet {
namespace {

/// Where the dense layers begin, and the last of them.
struct DenseRange {
  std::size_t first;
  std::size_t last;
};

DenseRange dense_range(const Network& network) {
  const auto& layers = network.layers();
  const auto is_dense = [](const Layer& layer) { return std::holds_alternative<Dense>(layer); };
  const auto first = std::ranges::find_if(layers, is_dense);
  const auto last = std::find_if(layers.rbegin(), layers.rend(), is_dense);
  if (first == layers.end() || &*first == &*last) {
    refuse("(all)", "two dense layers or more: the last one's photos are shared out, the others' units", "fewer");
  }
  if (first == layers.begin()) {
    refuse(name_of(*first), "layers in front of the first dense one, whose photos are shared out", "none");
  }
  return {static_cast<std::size_t>(first - layers.begin()), static_cast<std::size_t>(layers.rend() - last) - 1};
}

/// A layer between the first and the last dense one, as a rank has it.
class OwnUnits {
 public:
  OwnUnits(int rank, int ranks, const LayerFacts& whole) : rank_(rank), ranks_(ranks), whole_(whole) {}

  Layer operator()(Dense layer) const {
    if (layer.units % ranks_ != 0) {
      refuse(layer.name, fmt::format("units that {} ranks divide", ranks_), fmt::to_string(layer.units));
    }
    layer.units /= ranks_;
    return layer;
  }
  Layer operator()(Dropout layer) const {
    layer.mask_name = layer.mask_name.empty() ? layer.name : layer.mask_name;
    layer.first_unit += rank_ * (element_count(whole_.input) / ranks_);
    return layer;
  }
  Layer operator()(const ReLU& layer) const { return layer; }
  Layer operator()(const Tanh& layer) const { return layer; }
  Layer operator()(const Sigmoid& layer) const { return layer; }
  Layer operator()(const Flatten& layer) const { return layer; }
  Layer operator()(const BatchNorm& layer) const { return layer; }
  Layer operator()(const auto& layer) const {
    refuse(layer.name, "a layer that ranks share unit by unit", std::string(kind_of(layer)));
  }

 private:
  int rank_;
  int ranks_;
  const LayerFacts& whole_;
};

std::vector<Layer> own_units(const Network& network, DenseRange dense, int rank, int ranks) {
  std::vector<Layer> layers;
  for (std::size_t i = dense.first; i < dense.last; ++i) {
    const Layer& layer = network.layers()[i];
    if (i > dense.first && ranks > 1 && std::holds_alternative<Dense>(layer)) {
      layers.emplace_back(AllGather{.name = "gather_" + name_of(layer), .towers = ranks});
    }
    layers.push_back(std::visit(OwnUnits(rank, ranks, network.facts(i)), layer));
  }
  return layers;
}

}  // namespace

HybridNetworks cut_hybrid(const Network& network, int rank, int ranks) {
  if (ranks < 1 || rank < 0 || rank >= ranks) {
    throw Error(Message::kWrongCall, {{"where", "cut_hybrid"},
                                      {"expected", "1 rank or more, and a rank from 0 below that"},
                                      {"got", fmt::format("rank {} of {}", rank, ranks)}});
  }
  const DenseRange dense = dense_range(network);
  const auto begin = network.layers().begin();
  const auto first = begin + static_cast<std::ptrdiff_t>(dense.first);
  const auto last = begin + static_cast<std::ptrdiff_t>(dense.last);
  return {Network({.name = network.name() + " convolutions",
                   .input = network.input(),
                   .layers = {begin, first},
                   .output = OutputKind::kScores}),
          Network({.name = network.name() + " dense",
                   .input = network.facts(dense.first).input,
                   .layers = own_units(network, dense, rank, ranks),
                   .output = OutputKind::kScores}),
          Network({.name = network.name() + " head",
                   .input = network.facts(dense.last).input,
                   .layers = {last, network.layers().end()},
                   .output = network.output()})};
}

std::int64_t hybrid_activations_sent(const Network& network, int rank, std::span<const std::int64_t> rows) {
  const DenseRange dense = dense_range(network);
  const auto ranks = static_cast<std::int64_t>(rows.size());
  const std::int64_t own = rows[static_cast<std::size_t>(rank)];
  const std::int64_t all = std::accumulate(rows.begin(), rows.end(), std::int64_t{0});
  const std::int64_t features = element_count(network.facts(dense.first).input);
  const std::int64_t hidden = element_count(network.facts(dense.last).input);
  // Its photos' features to the others, and to each its part of their gradients, padded to the most that a rank has.
  std::int64_t sent = (ranks - 1) * (own + std::ranges::max(rows)) * features;
  // Its units of the others' photos to the head, and there the gradients of their units.
  sent += (all - own) * (hidden / ranks) + (ranks - 1) * own * (hidden / ranks);
  // Between dense layers all units of all photos, there and back.
  for (std::size_t i = dense.first + 1; i < dense.last; ++i) {
    if (std::holds_alternative<Dense>(network.layers()[i])) {
      sent += 2 * (ranks - 1) * all * (element_count(network.facts(i).input) / ranks);
    }
  }
  return sent;
}

std::int64_t hybrid_summed_parameters(const Network& network) {
  const HybridNetworks cut = cut_hybrid(network, 0, 1);
  return cut.convolutions.trainable_count() + cut.head.trainable_count();
}

}  // namespace alexnet
