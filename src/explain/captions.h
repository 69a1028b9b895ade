#pragma once

#include <optional>
#include <string>

#include "alexnet/explain/filters.h"
#include "alexnet/explain/heat.h"
#include "alexnet/explain/layer_maps.h"
#include "alexnet/infer/predictor.h"

/// What each picture shows, in a sentence or two: its text alternative.
namespace alexnet::explain {

[[nodiscard]] std::string caption(const FilterSheet& sheet, const Network& network);
[[nodiscard]] std::string caption(const PhotoPass& pass);
[[nodiscard]] std::string caption(const LayerMaps& maps);
[[nodiscard]] std::string caption(const PhotoPass& pass, const GradCam& cam, const ClassScore& explained);
[[nodiscard]] std::string caption(const PhotoPass& pass, const Occlusion& occlusion, const ClassScore& explained,
                                  std::optional<double> agreement);
[[nodiscard]] std::string saliency_caption(const HeatMap& map, const ClassScore& explained, double largest);

}  // namespace alexnet::explain
