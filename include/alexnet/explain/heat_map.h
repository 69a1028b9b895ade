#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "alexnet/data/geometry.h"

namespace alexnet::explain {

/// A place in a picture, in pixels; the centre of the first one lies at 0.5.
struct Place {
  double x = 0;
  double y = 0;
};

/// Where the cells of a grid lie on a cut: the centre of cell (column, row) at (x + column * step_x, y + row * step_y).
struct Lattice {
  double x = 0.5;
  double y = 0.5;
  double step_x = 1;
  double step_y = 1;
};

/// Numbers over a cut, row by row.
struct HeatMap {
  int width = 0;
  int height = 0;
  Lattice lattice = {};
  double reach = 0.5;  ///< how far from the centres of the outer cells, in pixels of the cut, their values stand
  std::vector<double> values = {};

  [[nodiscard]] Place centre(std::size_t cell) const;
  /// Whether a place lies among the centres, or no further than `reach` beyond the outer ones.
  [[nodiscard]] bool covers(const Place& place) const;
  /// Between four centres linear in x and y; beyond the outer ones the value of the nearest.
  [[nodiscard]] double at(const Place& place) const;
  [[nodiscard]] double largest() const;    ///< absolute value; 0 of an empty map
  [[nodiscard]] std::size_t peak() const;  ///< cell of the largest value, the first of equals
};

/// A place on the cut in the pixels of the photo.
[[nodiscard]] Place on_photo(const Place& place, const PhotoWindow& window, const Geometry& geometry);

/// Spearman's: the correlation of the ranks, equal values sharing their mean rank. Nothing where either is constant.
[[nodiscard]] std::optional<double> rank_correlation(std::span<const double> a, std::span<const double> b);

/// How far `other` orders the cells of `map` alike: rank_correlation of the map's values and of the other one read at
/// the same places, of those that it covers.
[[nodiscard]] std::optional<double> agreement(const HeatMap& map, const HeatMap& other);

}  // namespace alexnet::explain
