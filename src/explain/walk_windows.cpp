// The examples of layers that look at a window of one map, or at neighbouring maps.
#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "explain/walk_example.h"

namespace alexnet::explain {
namespace {

using nlohmann::ordered_json;

/// Rows [top, bottom) and columns [left, right) of a map.
struct MapRegion {
  std::int64_t top;
  std::int64_t left;
  std::int64_t bottom;
  std::int64_t right;
};

/// What a pool of this window reads for a place of its output, clipped at the map.
template <class Pool>
MapRegion pool_region(const Pool& layer, const Shape& in, std::int64_t row, std::int64_t column, std::int64_t size) {
  const Padding padding = layer.padding.resolved(in[1], in[2], layer.window, layer.stride);
  const std::int64_t top = row * layer.stride - padding.top;
  const std::int64_t left = column * layer.stride - padding.left;
  return {std::max<std::int64_t>(0, top), std::max<std::int64_t>(0, left), std::min(in[1], top + size),
          std::min(in[2], left + size)};
}

template <class F>
void for_each_value(const LayerPass& pass, std::int64_t unit, const MapRegion& region, F f) {
  for (std::int64_t row = region.top; row < region.bottom; ++row) {
    for (std::int64_t column = region.left; column < region.right; ++column) {
      f(row, column, value_at(pass.input, {unit, row, column}));
    }
  }
}

ordered_json values_of_region(const LayerPass& pass, std::int64_t unit, const MapRegion& region) {
  ordered_json values = ordered_json::array();
  for_each_value(pass, unit, region,
                 [&](std::int64_t, std::int64_t, double value) { values.push_back(short_value(value)); });
  return {{"top", region.top},
          {"left", region.left},
          {"height", region.bottom - region.top},
          {"width", region.right - region.left},
          {"values", std::move(values)}};
}

ordered_json window_json(const MapRegion& region, const Spot& spot) {
  return {{"row", spot.row},
          {"column", spot.column},
          {"top", region.top},
          {"left", region.left},
          {"height", region.bottom - region.top},
          {"width", region.right - region.left}};
}

/// The window behind `spot` and, where there is one, a neighbour: beside it, else below or above it.
std::vector<Spot> window_spots(const Shape& out, const Spot& spot) {
  std::vector<Spot> spots = {spot};
  if (out[2] > 1) {
    spots.push_back({spot.unit, spot.row, spot.column + 1 < out[2] ? spot.column + 1 : spot.column - 1});
  } else if (out[1] > 1) {
    spots.push_back({spot.unit, spot.row + 1 < out[1] ? spot.row + 1 : spot.row - 1, spot.column});
  }
  return spots;
}

struct Maximum {
  double value = 0;
  std::int64_t row = 0;
  std::int64_t column = 0;
};

/// The first of equal ones, in row order; nothing of an empty region.
std::optional<Maximum> maximum(const LayerPass& pass, std::int64_t unit, const MapRegion& region) {
  std::optional<Maximum> best;
  for_each_value(pass, unit, region, [&](std::int64_t row, std::int64_t column, double value) {
    if (!best || value > best->value) {
      best = Maximum{value, row, column};
    }
  });
  return best;
}

MapRegion around(const MapRegion& a, const MapRegion& b) {
  return {std::min(a.top, b.top), std::min(a.left, b.left), std::max(a.bottom, b.bottom), std::max(a.right, b.right)};
}

template <class Pool, class Describe>
ordered_json windows_example(const LayerPass& pass, const Pool& layer, const Spot& spot, Describe describe) {
  const Shape& in = pass.input.shape();
  ordered_json windows = ordered_json::array();
  std::optional<MapRegion> all;
  for (const Spot& one : window_spots(pass.output.shape(), spot)) {
    const MapRegion region = pool_region(layer, in, one.row, one.column, layer.window);
    ordered_json window = window_json(region, one);
    describe(window, region);
    windows.push_back(std::move(window));
    all = all ? around(*all, region) : region;
  }
  return {{"windows", std::move(windows)}, {"region", values_of_region(pass, spot.unit, *all)}};
}

}  // namespace

ordered_json pool_example(const LayerPass& pass, const MaxPool2D& layer, const Spot& spot) {
  auto example = windows_example(pass, layer, spot, [&](ordered_json& window, const MapRegion& region) {
    if (const auto best = maximum(pass, spot.unit, region)) {
      window["kept"] = short_value(best->value);
      window["at"] = {{"row", best->row}, {"column", best->column}};
    }
  });
  if (layer.window > layer.stride) {
    // a window as large as its stride shares no column with its neighbour
    const MapRegion region = pool_region(layer, pass.input.shape(), spot.row, spot.column, layer.stride);
    if (const auto best = maximum(pass, spot.unit, region)) {
      example["without_overlap"] = {{"size", layer.stride}, {"kept", short_value(best->value)}};
    }
  }
  example["result"] = example["windows"].at(0)["kept"];
  return example;
}

ordered_json pool_example(const LayerPass& pass, const AvgPool2D& layer, const Spot& spot) {
  const auto divisor = [&](const MapRegion& region) -> std::int64_t {
    switch (layer.divisor) {
      case AvgPool2D::Divisor::kClippedWindow:
        return (region.bottom - region.top) * (region.right - region.left);
      case AvgPool2D::Divisor::kFullWindow:
        return std::int64_t{layer.window} * layer.window;
      case AvgPool2D::Divisor::kOne:
        break;
    }
    return 1;
  };
  auto example = windows_example(pass, layer, spot, [&](ordered_json& window, const MapRegion& region) {
    double sum = 0;
    for_each_value(pass, spot.unit, region, [&](std::int64_t, std::int64_t, double value) { sum += value; });
    window["sum"] = short_value(sum);
    window["divisor"] = divisor(region);
    window["kept"] = short_value(sum / static_cast<double>(divisor(region)));
  });
  example["result"] = example["windows"].at(0)["kept"];
  return example;
}

ordered_json lrn_example(const LayerPass& pass, const LRN& layer, const Spot& spot) {
  const Shape& shape = pass.input.shape();
  const std::int64_t half = layer.size / 2;
  double sum = 0;
  ordered_json example;
  if (layer.span == LRN::Span::kAcross) {
    const std::int64_t group = shape[0] / layer.groups;
    const std::int64_t first = spot.unit / group * group;
    example["neighbours"] = ordered_json::array();
    for (std::int64_t c = std::max(first, spot.unit - half); c <= std::min(first + group - 1, spot.unit + half); ++c) {
      const double value = value_at(pass.input, {c, spot.row, spot.column});
      sum += value * value;
      example["neighbours"].push_back(
          {{"channel", c}, {"value", short_value(value)}, {"square", short_value(value * value)}});
    }
  } else {
    const MapRegion region = {std::max<std::int64_t>(0, spot.row - half), std::max<std::int64_t>(0, spot.column - half),
                              std::min(shape[1], spot.row + half + 1), std::min(shape[2], spot.column + half + 1)};
    for_each_value(pass, spot.unit, region, [&](std::int64_t, std::int64_t, double value) { sum += value * value; });
    example["region"] = values_of_region(pass, spot.unit, region);
  }
  const double before = value_at(pass.input, spot);
  const double base = layer.k + layer.coefficient() * sum;
  example["sum"] = short_value(sum);
  example["k"] = layer.k;
  example["alpha"] = layer.alpha;
  example["alpha_divided"] = layer.alpha_divided;
  example["coefficient"] = short_value(layer.coefficient());
  example["beta"] = layer.beta;
  example["base"] = short_value(base);
  example["divisor"] = short_value(std::pow(base, layer.beta));
  example["before"] = short_value(before);
  example["result"] = short_value(before / std::pow(base, layer.beta));
  return example;
}

}  // namespace alexnet::explain
