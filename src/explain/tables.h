#pragma once

#include <string>
#include <vector>

#include "alexnet/explain/filters.h"
#include "alexnet/explain/heat_map.h"
#include "alexnet/explain/layer_maps.h"
#include "alexnet/explain/photo_pass.h"

/// The numbers of the pictures as CSV (docs/formats.md).
namespace alexnet::explain {

[[nodiscard]] std::string to_csv(const FilterSheet& sheet);
[[nodiscard]] std::string to_csv(const std::vector<LayerMaps>& layers);
/// With each cell's centre on the photo.
[[nodiscard]] std::string to_csv(const HeatMap& map, const PhotoPass& pass);

}  // namespace alexnet::explain
