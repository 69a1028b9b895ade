#pragma once

#include <string>

#include "alexnet/charts/colour_scale.h"
#include "alexnet/explain/heat_map.h"
#include "alexnet/explain/photo_pass.h"

namespace alexnet::explain {

struct HeatPictureOptions {
  std::string heading;  ///< above the map; ASCII
  charts::ScaleKind scale = charts::ScaleKind::kSequential;
  double largest = 0;     ///< where the scale ends; 0 = nothing to show: `nothing` stands in place of the legend
  double strength = 0.6;  ///< share of the colour over the grey photo
  std::string unit = {};
  std::string nothing = {};
};

/// The photo in its own frame with the network's cut outlined, and beside it the map over the grey photo, with a
/// legend. Where the map has no value the photo stays grey; what the network did not see is paler. Large photos are
/// shown smaller, small ones enlarged by whole pixels.
[[nodiscard]] Image heat_picture(const PhotoPass& pass, const HeatMap& map, const HeatPictureOptions& options);

/// The map over the grey photo alone, its longer side `side` pixels at most.
[[nodiscard]] Image heat_overlay(const PhotoPass& pass, const HeatMap& map, const HeatPictureOptions& options,
                                 int side);

/// The photo with the cut outlined, and beside it the very pixels that the network read.
[[nodiscard]] Image photo_picture(const PhotoPass& pass);

}  // namespace alexnet::explain
