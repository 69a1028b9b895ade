#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "alexnet/explain/photo_pass.h"

namespace alexnet::explain {

/// What a layer made of a photo.
struct LayerMaps {
  std::string layer;
  std::string kind;
  Shape shape;  ///< (C,H,W) or (C)
  double min = 0;
  double max = 0;
  double mean = 0;
  double zeros = 0;  ///< share of values that are exactly 0
  /// The unit (map or dense unit) with the largest value, and where in its map; the first of equals.
  std::size_t strongest = 0;
  std::int64_t row = 0;
  std::int64_t column = 0;
  int columns = 0;   ///< maps in a row of the sheet; of a dense layer units in a row
  int enlarged = 1;  ///< side of a value in pixels of the sheet
  /// All maps in their order, row by row, on one scale: from 0, or around 0 where there are values below; the strongest
  /// is framed. Of a dense layer one square a unit.
  Image sheet;
};

/// Of every layer, for the photo that `pass` looked at last.
[[nodiscard]] std::vector<LayerMaps> layer_maps(const PhotoPass& pass);

}  // namespace alexnet::explain
