#pragma once

#include <optional>
#include <string>
#include <vector>

#include "alexnet/explain/filters.h"
#include "alexnet/explain/heat.h"
#include "alexnet/explain/layer_maps.h"
#include "alexnet/explain/neighbours.h"
#include "alexnet/explain/patches.h"
#include "alexnet/infer/predictor.h"

/// What each picture shows, in a sentence or two: its text alternative.
namespace alexnet::explain {

[[nodiscard]] std::string caption(const FilterSheet& sheet, const Network& network);
[[nodiscard]] std::string caption(const PhotoPass& pass);
/// Whether the most likely class is too uncertain for the model's threshold; nothing where it has none.
[[nodiscard]] std::optional<bool> is_unknown(const PhotoPass& pass, const std::vector<ClassScore>& classes);
[[nodiscard]] std::string classes_caption(const PhotoPass& pass, const std::vector<ClassScore>& classes);
[[nodiscard]] std::string caption(const std::string& file, const std::vector<Neighbours>& found, const PhotoSet& set);
[[nodiscard]] std::string caption(const LayerPatches& layer, const PatchOptions& options, std::int64_t photos);
[[nodiscard]] std::string caption(const LayerMaps& maps);
[[nodiscard]] std::string caption(const PhotoPass& pass, const GradCam& cam, const ClassScore& explained);
[[nodiscard]] std::string caption(const PhotoPass& pass, const Occlusion& occlusion, const ClassScore& explained,
                                  std::optional<double> agreement);
[[nodiscard]] std::string saliency_caption(const HeatMap& map, const ClassScore& explained, double largest);

}  // namespace alexnet::explain
