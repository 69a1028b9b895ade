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

#include "core/say.h"

/// What each picture shows, in a sentence or two: its text alternative.
namespace alexnet::explain {

[[nodiscard]] std::string caption(const FilterSheet& sheet, const Network& network, const Say& say);
[[nodiscard]] std::string caption(const PhotoPass& pass, const Say& say);
/// Whether the most likely class is too uncertain for the model's threshold; nothing where it has none.
[[nodiscard]] std::optional<bool> is_unknown(const PhotoPass& pass, const std::vector<ClassScore>& classes);
[[nodiscard]] std::string classes_caption(const PhotoPass& pass, const std::vector<ClassScore>& classes,
                                          const Say& say);
[[nodiscard]] std::string caption(const std::string& file, const std::vector<Neighbours>& found, const PhotoSet& set,
                                  const Say& say);
[[nodiscard]] std::string caption(const LayerPatches& layer, const PatchOptions& options, std::int64_t photos,
                                  const Say& say);
[[nodiscard]] std::string caption(const LayerMaps& maps, const Say& say);
[[nodiscard]] std::string caption(const PhotoPass& pass, const GradCam& cam, const ClassScore& explained,
                                  const Say& say);
/// Of the map of two classes' difference.
[[nodiscard]] std::string against_caption(const PhotoPass& pass, const GradCam& cam, const ClassScore& explained,
                                          const ClassScore& other, const Say& say);
[[nodiscard]] std::string caption(const PhotoPass& pass, const Occlusion& occlusion, const ClassScore& explained,
                                  std::optional<double> agreement, const Say& say);
[[nodiscard]] std::string saliency_caption(const HeatMap& map, const ClassScore& explained, double largest,
                                           const Say& say);

}  // namespace alexnet::explain
