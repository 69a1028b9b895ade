#include "alexnet/explain/heat_map.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace alexnet::explain {
namespace {

/// Of each value its place in the order, from 0; equal ones share their mean.
std::vector<double> ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return values[i]; });
  std::vector<double> ranks(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    while (last + 1 < order.size() && values[order[last + 1]] == values[order[first]]) {
      ++last;
    }
    for (std::size_t i = first; i <= last; ++i) {
      ranks[order[i]] = static_cast<double>(first + last) / 2;
    }
    first = last + 1;
  }
  return ranks;
}

/// The two cells that a place lies between, and how far it is from the first to the second.
struct Between {
  int first;
  int second;
  double share;
};

Between between(double cell, int count) {
  const double inside = std::clamp(cell, 0.0, count - 1.0);
  const int first = static_cast<int>(inside);
  return {first, std::min(first + 1, count - 1), inside - first};
}

}  // namespace

Place HeatMap::centre(std::size_t cell) const {
  const auto columns = static_cast<std::size_t>(width);
  const std::size_t row = cell / columns;
  const std::size_t column = cell % columns;
  return {lattice.x + static_cast<double>(column) * lattice.step_x,
          lattice.y + static_cast<double>(row) * lattice.step_y};
}

bool HeatMap::covers(const Place& place) const {
  const auto along = [&](double at, double first, double step, int count) {
    return at >= first - reach && at <= first + (count - 1) * step + reach;
  };
  return along(place.x, lattice.x, lattice.step_x, width) && along(place.y, lattice.y, lattice.step_y, height);
}

double HeatMap::at(const Place& place) const {
  const Between x = between((place.x - lattice.x) / lattice.step_x, width);
  const Between y = between((place.y - lattice.y) / lattice.step_y, height);
  const auto columns = static_cast<std::size_t>(width);
  const auto value = [&](int column, int row) {
    return values[static_cast<std::size_t>(row) * columns + static_cast<std::size_t>(column)];
  };
  const double above = std::lerp(value(x.first, y.first), value(x.second, y.first), x.share);
  const double below = std::lerp(value(x.first, y.second), value(x.second, y.second), x.share);
  return std::lerp(above, below, y.share);
}

double HeatMap::largest() const {
  double found = 0;
  for (const double value : values) {
    found = std::max(found, std::abs(value));
  }
  return found;
}

std::size_t HeatMap::peak() const {
  return static_cast<std::size_t>(std::ranges::max_element(values) - values.begin());
}

Place on_photo(const Place& place, const PhotoWindow& window, const Geometry& geometry) {
  return {window.left + place.x * window.width / geometry.width,
          window.top + place.y * window.height / geometry.height};
}

std::optional<double> rank_correlation(std::span<const double> a, std::span<const double> b) {
  const std::vector<double> x = ranks(a);
  const std::vector<double> y = ranks(b);
  const double mean = (static_cast<double>(x.size()) - 1) / 2;
  double xx = 0;
  double yy = 0;
  double xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean) * (x[i] - mean);
    yy += (y[i] - mean) * (y[i] - mean);
    xy += (x[i] - mean) * (y[i] - mean);
  }
  return xx > 0 && yy > 0 ? std::optional(xy / std::sqrt(xx * yy)) : std::nullopt;
}

std::optional<double> agreement(const HeatMap& map, const HeatMap& other) {
  std::vector<double> own;
  std::vector<double> read;
  for (std::size_t cell = 0; cell < map.values.size(); ++cell) {
    if (const Place centre = map.centre(cell); other.covers(centre)) {
      own.push_back(map.values[cell]);
      read.push_back(other.at(centre));
    }
  }
  return rank_correlation(own, read);
}

}  // namespace alexnet::explain
