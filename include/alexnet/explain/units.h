#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "alexnet/network/network.h"

namespace alexnet::explain {

/// Pixels of the cut, perhaps beyond its edges.
struct Field {
  std::int64_t left = 0;
  std::int64_t top = 0;
  std::int64_t size = 1;  ///< of each side
  friend bool operator==(const Field&, const Field&) = default;
};

/// Which pixels the cells of a layer's maps see: all windows are square, so one size and one step hold for both sides.
struct FieldGrid {
  std::int64_t left = 0;  ///< of the cell in row 0, column 0
  std::int64_t top = 0;
  std::int64_t size = 1;
  std::int64_t step = 1;
  [[nodiscard]] Field at(std::int64_t row, std::int64_t column) const {
    return {left + column * step, top + row * step, size};
  }
};

/// Of a layer with maps. A window of size w, stride t and padding p on cells of field f that lie d apart from c on:
/// field f + (w - 1) d, cells t d apart from c - p d on. Normalisation within a map is not counted (see `summary`).
[[nodiscard]] FieldGrid field_grid(const Network& network, std::size_t layer);

/// A map of a convolution: "conv3/117".
struct Unit {
  std::string layer;
  std::size_t index = 0;
};

/// The layers whose maps are units: convolutions, shared or not.
[[nodiscard]] std::vector<std::string> unit_layers(const Network& network);
/// Throws kOptionInvalid for another form, kLayerUnknown and kUnknownName with what there is.
[[nodiscard]] Unit unit_by_name(const Network& network, std::string_view text);

/// Where the units of a convolution are read: before its activation, so that how far a unit is from being active shows
/// too. Behind the convolution itself, or behind the batch or response normalisation that directly follows it.
struct UnitPlace {
  std::string layer;       ///< whose values are read
  bool rectified = false;  ///< a ReLU comes before the next weights: values of 0 and below pass nothing on
};
[[nodiscard]] UnitPlace place_of_units(const Network& network, const std::string& convolution);

}  // namespace alexnet::explain
