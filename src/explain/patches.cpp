#include "alexnet/explain/patches.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <span>
#include <thread>

#include <fmt/format.h>

#include "alexnet/core/error.h"

namespace alexnet::explain {
namespace {

/// One map of one photo.
struct Map {
  std::span<const float> values;
  std::size_t width;

  [[nodiscard]] std::size_t peak() const {
    return static_cast<std::size_t>(std::ranges::max_element(values) - values.begin());
  }
  /// The largest among cells at least `cells` rows or columns away from `from`; `values.size()` where there is none.
  [[nodiscard]] std::size_t peak_away_from(std::size_t from, std::size_t cells) const {
    const auto apart = [](std::size_t a, std::size_t b) { return a > b ? a - b : b - a; };
    std::size_t found = values.size();
    for (std::size_t cell = 0; cell < values.size(); ++cell) {
      const bool away = apart(cell / width, from / width) >= cells || apart(cell % width, from % width) >= cells;
      if (away && (found == values.size() || values[cell] > values[found])) {
        found = cell;
      }
    }
    return found;
  }
};

/// The units of one layer, while photos pass.
class Collector {
 public:
  Collector(LayerPatches& layer, const PatchOptions& options, std::size_t classes) : layer_(layer), options_(options) {
    // Half a receptive field in cells, rounded up, and at least the next cell.
    const std::int64_t half = (layer.field.size + 2 * layer.field.step - 1) / (2 * layer.field.step);
    away_ = static_cast<std::size_t>(std::max<std::int64_t>(half, 1));
    for (UnitPatches& unit : layer.units) {
      unit.largest = -std::numeric_limits<double>::infinity();
      unit.class_means.assign(classes, 0);
    }
  }

  /// The units [first, last) in every row of (rows, units, height, width).
  void see(const Tensor& maps, const std::vector<std::size_t>& items, const Dataset& dataset, std::size_t first,
           std::size_t last) {
    const auto units = static_cast<std::size_t>(maps.shape()[1]);
    const auto width = static_cast<std::size_t>(maps.shape()[3]);
    const auto cells = static_cast<std::size_t>(maps.shape()[2]) * width;
    for (std::size_t row = 0; row < items.size(); ++row) {
      const auto label = static_cast<std::size_t>(dataset.items()[items[row]].label);
      for (std::size_t unit = first; unit < last; ++unit) {
        see_map({maps.as<float>().subspan((row * units + unit) * cells, cells), width}, items[row], label,
                layer_.units[unit]);
      }
    }
  }

 private:
  void see_map(const Map& map, std::size_t item, std::size_t label, UnitPatches& unit) const {
    const std::size_t peak = map.peak();
    const double value = map.values[peak];
    unit.largest = std::max(unit.largest, value);
    unit.class_means[label] += layer_.place.rectified ? std::max(value, 0.0) : value;
    if (!keep(map, peak, item, unit) || options_.per_photo < 2) {
      return;
    }
    if (const std::size_t second = map.peak_away_from(peak, away_); second < map.values.size()) {
      keep(map, second, item, unit);
    }
  }

  /// Whether it is among the best so far.
  bool keep(const Map& map, std::size_t cell, std::size_t item, UnitPatches& unit) const {
    const double value = map.values[cell];
    if (unit.best.size() == options_.count && value <= unit.best.back().value) {
      return false;
    }
    const auto place = std::ranges::upper_bound(unit.best, value, std::ranges::greater{}, &Excitement::value);
    unit.best.insert(
        place, {value, item, static_cast<std::int64_t>(cell / map.width), static_cast<std::int64_t>(cell % map.width)});
    if (unit.best.size() > options_.count) {
      unit.best.pop_back();
    }
    return true;
  }

  LayerPatches& layer_;
  const PatchOptions& options_;
  std::size_t away_;
};

std::vector<LayerPatches> planned(const Network& network, const std::vector<std::string>& wanted) {
  std::vector<LayerPatches> layers;
  for (const std::string& name : wanted.empty() ? unit_layers(network) : wanted) {
    LayerPatches layer{.layer = name, .place = place_of_units(network, name), .field = {}, .units = {}};
    layer.field = field_grid(network, network.index_of(layer.place.layer));
    layer.units.resize(static_cast<std::size_t>(network.facts(network.index_of(name)).output[0]));
    layers.push_back(std::move(layer));
  }
  if (layers.empty()) {
    throw Error(Message::kNoConvolution, {{"where", network.name()}});
  }
  return layers;
}

/// Each thread has units of its own.
void see_all(Collector& collector, std::size_t units, const Tensor& maps, const std::vector<std::size_t>& items,
             const Dataset& dataset, int threads) {
  const auto count = std::min(static_cast<std::size_t>(std::max(threads, 1)), units);
  std::vector<std::jthread> helpers;
  for (std::size_t t = 1; t < count; ++t) {
    helpers.emplace_back([&, t] { collector.see(maps, items, dataset, units * t / count, units * (t + 1) / count); });
  }
  collector.see(maps, items, dataset, 0, units / count);
}

void finish(PatchSearch& search) {
  for (LayerPatches& layer : search.layers) {
    for (UnitPatches& unit : layer.units) {
      unit.dead = layer.place.rectified && search.photos > 0 && unit.largest <= 0;
      for (std::size_t i = 0; i < unit.class_means.size(); ++i) {
        unit.class_means[i] /= static_cast<double>(std::max<std::int64_t>(search.class_photos[i], 1));
      }
    }
  }
}

}  // namespace

std::vector<std::size_t> LayerPatches::dead() const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (units[i].dead) {
      found.push_back(i);
    }
  }
  return found;
}

PatchSearch find_patches(const PhotoPass& pass, const PhotoSet& set, const PatchOptions& options,
                         const EvaluationProgress& progress) {
  if (options.per_photo < 1 || options.per_photo > 2 || options.count < 1) {
    throw Error(Message::kWrongCall, {{"where", "find_patches"},
                                      {"expected", "1 or 2 patches a photo, and at least 1 a unit"},
                                      {"got", fmt::format("{} a photo, {} a unit", options.per_photo, options.count)}});
  }
  PatchSearch search{.layers = planned(pass.network(), options.layers)};
  const std::size_t classes = set.dataset->classes().size();
  search.class_photos.assign(classes, 0);
  std::vector<std::string> kept;
  std::vector<Collector> collectors;
  for (LayerPatches& layer : search.layers) {
    kept.push_back(layer.place.layer);
    collectors.emplace_back(layer, options, classes);
  }
  const auto see = [&](const LoadedBatch& loaded, const Program& program) {
    search.photos += static_cast<std::int64_t>(loaded.items.size());
    for (const std::size_t item : loaded.items) {
      ++search.class_photos[static_cast<std::size_t>(set.dataset->items()[item].label)];
    }
    for (std::size_t i = 0; i < kept.size(); ++i) {
      see_all(collectors[i], search.layers[i].units.size(), kept_floats(program, kept[i]), loaded.items, *set.dataset,
              options.threads);
    }
  };
  search.skipped = pass_set(pass, set, set.items, kept, see, progress);
  finish(search);
  return search;
}

}  // namespace alexnet::explain
