#include "alexnet/network/rewrites/towers.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "alexnet/core/error.h"

#include "network/checks.h"

namespace alexnet {
namespace {

/// What a tower holds of an activation: all of it, or its own channels.
enum class Held { kAll, kOwn };

/// Whether a tower must see all channels before it.
bool reads_all(const Layer& layer) {
  const auto* convolution = std::get_if<Conv2D>(&layer);
  return std::holds_alternative<Dense>(layer) || (convolution != nullptr && convolution->groups == 1);
}

/// Whether a tower makes its own channels of it.
bool is_shared_out(const Layer& layer) {
  return std::holds_alternative<Dense>(layer) || std::holds_alternative<Conv2D>(layer);
}

/// A layer of the whole network as one tower has it.
class Narrowed {
 public:
  Narrowed(int rank, int towers, Held held, const LayerFacts& whole)
      : rank_(rank), towers_(towers), held_(held), whole_(whole) {}

  Layer operator()(Conv2D layer) const {
    const int groups = held_ == Held::kAll ? 1 : towers_;
    if (layer.groups != groups) {
      refuse(layer.name, fmt::format("groups {} where {}", groups, held_words()), fmt::to_string(layer.groups));
    }
    layer.groups = 1;
    layer.filters = part_of(layer.name, "filters", layer.filters);
    return layer;
  }
  Layer operator()(Dense layer) const {
    layer.units = part_of(layer.name, "units", layer.units);
    return layer;
  }
  Layer operator()(LRN layer) const {
    if (layer.span == LRN::Span::kAcross && held_ == Held::kOwn) {
      if (layer.groups != towers_) {
        refuse(layer.name, fmt::format("groups {} where {}", towers_, held_words()), fmt::to_string(layer.groups));
      }
      layer.groups = 1;
    }
    return layer;
  }
  Layer operator()(Dropout layer) const {
    if (held_ == Held::kOwn) {
      layer.mask_name = layer.mask_name.empty() ? layer.name : layer.mask_name;
      layer.first_unit += rank_ * (element_count(whole_.input) / towers_);
    }
    return layer;
  }
  /// In front of the first convolution each tower would learn it by itself.
  Layer operator()(const BatchNorm& layer) const { return held_ == Held::kAll ? refused(layer) : Layer(layer); }
  Layer operator()(const LocallyConnected2D& layer) const { return refused(layer); }
  Layer operator()(const AllGather& layer) const { return refused(layer); }
  Layer operator()(const Gather& layer) const { return refused(layer); }
  /// Each channel, or each element, on its own.
  Layer operator()(const auto& layer) const { return layer; }

 private:
  [[nodiscard]] std::string held_words() const {
    return held_ == Held::kAll ? "every tower sees all channels"
                               : fmt::format("each of {} towers sees its own", towers_);
  }
  [[nodiscard]] int part_of(const std::string& layer, std::string_view what, int count) const {
    if (count % towers_ != 0) {
      refuse(layer, fmt::format("{} that {} towers divide", what, towers_), fmt::to_string(count));
    }
    return count / towers_;
  }
  [[noreturn]] static Layer refused(const auto& layer) {
    refuse(layer.name, "a layer that towers can share", std::string(kind_of(layer)));
  }

  int rank_;
  int towers_;
  Held held_;
  const LayerFacts& whole_;
};

/// The last dense layer: from there on tower 0 computes alone.
std::size_t head_of(const Network& network, int towers) {
  const auto& layers = network.layers();
  const auto is_grouped = [towers](const Layer& layer) {
    const auto* convolution = std::get_if<Conv2D>(&layer);
    return convolution != nullptr && convolution->groups == towers;
  };
  if (std::ranges::none_of(layers, is_grouped)) {
    refuse("(all)", fmt::format("a convolution of {0} groups, to cut the network into {0} towers", towers), "none");
  }
  for (std::size_t i = layers.size(); i-- > 0;) {
    if (std::holds_alternative<Dense>(layers[i])) {
      return i;
    }
  }
  refuse("(all)", "a dense layer, which makes the scores of all towers", "none");
}

constexpr std::string_view kGatherPrefix = "gather_";

std::string gather_name(const Layer& reader) { return std::string(kGatherPrefix) + name_of(reader); }

std::vector<Layer> tower_layers(const Network& network, int rank, int towers) {
  const std::size_t head = head_of(network, towers);
  std::vector<Layer> layers;
  Held held = Held::kAll;  // the photo
  for (std::size_t i = 0; i < head; ++i) {
    const Layer& layer = network.layers()[i];
    if (held == Held::kOwn && reads_all(layer)) {
      layers.emplace_back(AllGather{.name = gather_name(layer), .towers = towers});
      held = Held::kAll;
    }
    layers.push_back(std::visit(Narrowed(rank, towers, held, network.facts(i)), layer));
    held = is_shared_out(layer) ? Held::kOwn : held;
  }
  layers.emplace_back(Gather{.name = gather_name(network.layers()[head]), .towers = towers, .rank = rank, .root = 0});
  if (rank == 0) {
    layers.insert(layers.end(), network.layers().begin() + static_cast<std::ptrdiff_t>(head), network.layers().end());
  }
  return layers;
}

[[noreturn]] void differ(std::string where, std::string expected, std::string got) {
  throw Error(Message::kTowersDiffer,
              {{"where", std::move(where)}, {"expected", std::move(expected)}, {"got", std::move(got)}});
}

/// A layer of tower 0 as the whole network has it.
class Widened {
 public:
  Widened(int towers, Held held) : towers_(towers), held_(held) {}

  Layer operator()(Conv2D layer) const {
    layer.groups = held_ == Held::kOwn ? towers_ : 1;
    layer.filters = all_of(layer.name, layer.filters);
    return layer;
  }
  Layer operator()(Dense layer) const {
    layer.units = all_of(layer.name, layer.units);
    return layer;
  }
  Layer operator()(LRN layer) const {
    if (layer.span == LRN::Span::kAcross && held_ == Held::kOwn) {
      layer.groups = towers_;
    }
    return layer;
  }
  Layer operator()(Dropout layer) const {
    if (layer.mask_name == layer.name) {
      layer.mask_name.clear();
    }
    return layer;
  }
  Layer operator()(const auto& layer) const { return layer; }

 private:
  [[nodiscard]] int all_of(const std::string& layer, int count) const {
    if (count > std::numeric_limits<int>::max() / towers_) {
      differ(layer, fmt::format("at most {}", std::numeric_limits<int>::max() / towers_), fmt::to_string(count));
    }
    return count * towers_;
  }

  int towers_;
  Held held_;
};

std::vector<Layer> whole_layers(const Network& root, int towers) {
  std::vector<Layer> layers;
  Held held = Held::kAll;
  bool is_head = false;
  for (const Layer& layer : root.layers()) {
    if (std::holds_alternative<AllGather>(layer) || std::holds_alternative<Gather>(layer)) {
      held = Held::kAll;
      is_head = is_head || std::holds_alternative<Gather>(layer);
    } else if (is_head) {
      layers.push_back(layer);
    } else {
      layers.push_back(std::visit(Widened(towers, held), layer));
      held = is_shared_out(layer) ? Held::kOwn : held;
    }
  }
  return layers;
}

/// Part `rank` of the rows of the first extent.
Tensor part_of(const Tensor& whole, const Shape& shape, int rank) {
  Tensor part(whole.type(), shape);
  std::copy_n(whole.data() + static_cast<std::size_t>(rank) * part.bytes(), part.bytes(), part.data());
  return part;
}

/// The parts of all towers one behind the other, or the root's where the tensor is not shared out.
Tensor whole_of(const ParameterSpec& spec, std::span<const Weights* const> towers) {
  const Tensor& first = towers.front()->at(spec.name);
  const bool is_shared_out = first.shape() != spec.shape;
  Tensor whole(first.type(), spec.shape);
  std::byte* next = whole.data();
  for (const Weights* tower : towers) {
    const auto found = tower->find(spec.name);
    if (found == tower->end()) {
      break;  // the head, which is the root's alone
    }
    const Tensor& part = found->second;
    if (part.type() != first.type()) {
      differ(spec.name, std::string(name_of(first.type())), std::string(name_of(part.type())));
    }
    if (!is_shared_out && !(part == first)) {
      differ(spec.name, "the same in every tower", "other values");
    }
    std::copy_n(part.data(), part.bytes(), next);
    next += is_shared_out ? part.bytes() : 0;
  }
  return whole;
}

Weights whole_of_all(const Network& network, std::span<const Weights* const> parts) {
  Weights whole;
  for (const ParameterSpec& spec : network.parameters()) {
    if (parts.front()->contains(spec.name)) {
      whole.emplace(spec.name, whole_of(spec, parts));
    }
  }
  return whole;
}

std::vector<const WeightedNetwork*> in_order(std::span<const WeightedNetwork> towers) {
  std::vector<const WeightedNetwork*> ordered;
  std::vector<int> ranks;
  for (const WeightedNetwork& tower : towers) {
    const TowerPlace place = tower_place(tower.network);
    if (place.towers != static_cast<int>(towers.size())) {
      differ(tower.network.name(), fmt::format("one of {} towers", towers.size()),
             place.towers == 1 ? "a whole network" : fmt::format("one of {}", place.towers));
    }
    ranks.push_back(place.rank);
    ordered.push_back(&tower);
  }
  std::ranges::sort(ordered, {}, [](const WeightedNetwork* tower) { return tower_place(tower->network).rank; });
  for (std::size_t rank = 0; rank < ordered.size(); ++rank) {
    if (tower_place(ordered[rank]->network).rank != static_cast<int>(rank)) {
      differ(fmt::format("tower {}", rank), "each tower once", fmt::format("towers {}", fmt::join(ranks, ", ")));
    }
  }
  return ordered;
}

}  // namespace

Network split(const Network& network, int rank, int towers) {
  if (towers < 2 || rank < 0 || rank >= towers) {
    throw Error(Message::kWrongCall, {{"where", "split"},
                                      {"expected", "2 towers or more, and a rank from 0 below that"},
                                      {"got", fmt::format("rank {} of {}", rank, towers)}});
  }
  Network::Options options{network.name(), network.input(), tower_layers(network, rank, towers), network.output(),
                           network.options().tensor_names};
  if (rank != 0) {
    for (std::size_t i = head_of(network, towers); i < network.layers().size(); ++i) {
      for (const ParameterSpec& spec : network.facts(i).parameters) {
        options.tensor_names.erase(spec.name);
      }
    }
  }
  return Network(std::move(options));
}

WeightedNetwork split(const Network& network, const Weights& weights, int rank, int towers) {
  check_weights(network, weights, "the given weights");
  Network tower = split(network, rank, towers);
  Weights own = part_of_whole(tower, weights);
  return {std::move(tower), std::move(own)};
}

Weights part_of_whole(const Network& tower, const Weights& whole) {
  Weights own;
  for (const ParameterSpec& spec : tower.parameters()) {
    if (const auto found = whole.find(spec.name); found != whole.end()) {
      const Tensor& tensor = found->second;
      own.emplace(spec.name,
                  tensor.shape() == spec.shape ? tensor : part_of(tensor, spec.shape, tower_place(tower).rank));
    }
  }
  return own;
}

Weights whole_of_parts(const Network& whole, std::span<const Weights> parts) {
  std::vector<const Weights*> all;
  std::ranges::transform(parts, std::back_inserter(all), [](const Weights& part) { return &part; });
  return whole_of_all(whole, all);
}

Network merge(const Network& root) {
  const TowerPlace place = tower_place(root);
  if (place.towers == 1 || place.rank != 0) {
    differ(root.name(), "tower 0", place.towers == 1 ? "a whole network" : fmt::format("tower {}", place.rank));
  }
  Network whole(
      {root.name(), root.input(), whole_layers(root, place.towers), root.output(), root.options().tensor_names});
  if (!(split(whole, 0, place.towers) == root)) {
    differ(root.name(), "a tower as split makes it", "another network");
  }
  return whole;
}

WeightedNetwork merge(std::span<const WeightedNetwork> towers) {
  if (towers.empty()) {
    differ("(none)", "at least 2 towers", "0");
  }
  const auto ordered = in_order(towers);
  Network whole = merge(ordered.front()->network);
  std::vector<const Weights*> parts;
  for (std::size_t rank = 0; rank < ordered.size(); ++rank) {
    const WeightedNetwork& tower = *ordered[rank];
    if (!(split(whole, static_cast<int>(rank), static_cast<int>(towers.size())) == tower.network)) {
      differ(fmt::format("tower {}", rank), "the same network as tower 0 is of", "another");
    }
    check_weights(tower.network, tower.weights, fmt::format("tower {}", rank));
    parts.push_back(&tower.weights);
  }
  Weights weights = whole_of_all(whole, parts);
  return {std::move(whole), std::move(weights)};
}

int towers_for(const Network& network) {
  for (const Layer& layer : network.layers()) {
    const auto* convolution = std::get_if<Conv2D>(&layer);
    if (convolution != nullptr && convolution->groups > 1) {
      return convolution->groups;
    }
  }
  return 2;
}

TowerPlace tower_place(const Network& network) {
  for (const Layer& layer : network.layers()) {
    if (const auto* gather = std::get_if<Gather>(&layer)) {
      return {gather->rank, gather->towers};
    }
  }
  return {};
}

std::vector<Exchange> exchanges(const Network& tower) {
  std::vector<Exchange> result;
  for (std::size_t i = 0; i < tower.layers().size(); ++i) {
    const auto* gather = std::get_if<Gather>(&tower.layers()[i]);
    if (gather == nullptr && !std::holds_alternative<AllGather>(tower.layers()[i])) {
      continue;
    }
    const std::string& name = name_of(tower.layers()[i]);
    const bool sends = gather == nullptr || gather->rank != gather->root;
    result.push_back({.layer = name,
                      .reader = name.substr(kGatherPrefix.size()),
                      .elements = sends ? element_count(tower.facts(i).input) : 0,
                      .to_root_alone = gather != nullptr});
  }
  return result;
}

}  // namespace alexnet
