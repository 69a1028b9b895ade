#pragma once

#include <optional>
#include <string>
#include <vector>

#include "alexnet/explain/filters.h"
#include "alexnet/explain/heat_map.h"
#include "alexnet/explain/layer_maps.h"
#include "alexnet/explain/neighbours.h"
#include "alexnet/explain/patches.h"
#include "alexnet/explain/photo_pass.h"

/// The numbers of the pictures as CSV (docs/formats.md).
namespace alexnet::explain {

[[nodiscard]] std::string to_csv(const FilterSheet& sheet);
[[nodiscard]] std::string to_csv(const std::vector<LayerMaps>& layers);
/// All classes of the photo that the pass looked at last, the most likely first.
[[nodiscard]] std::string classes_csv(const PhotoPass& pass);
[[nodiscard]] std::string to_csv(const std::vector<Neighbours>& found, const PhotoSet& set);
/// Every patch (or those of one unit), and every unit with the class that it serves most.
[[nodiscard]] std::string patches_csv(const PatchSearch& search, const PhotoSet& set,
                                      std::optional<std::size_t> only_unit = {});
[[nodiscard]] std::string units_csv(const PatchSearch& search, const PhotoSet& set);
/// With each cell's centre on the photo.
[[nodiscard]] std::string to_csv(const HeatMap& map, const PhotoPass& pass);

}  // namespace alexnet::explain
