#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "alexnet/explain/heat_map.h"
#include "alexnet/explain/photo_pass.h"

/// Where in a photo the evidence for a class lies. Formulas: docs/numerics.md.
namespace alexnet::explain {

struct GradCam {
  std::string layer;
  std::vector<double> weights;  ///< of each map of the layer
  HeatMap map;                  ///< at least 0; all 0 where nothing speaks for the class
  [[nodiscard]] bool has_evidence() const { return map.largest() > 0; }
};

/// The deepest layer from the first convolution on whose maps are at least 6 x 6, else the deepest with maps. Throws
/// kNoConvolution.
[[nodiscard]] std::string grad_cam_layer(const Network& network);
/// Throws kLayerUnknown with the nearest name, kUnknownName for a layer without maps.
void check_grad_cam_layer(const Network& network, const std::string& layer);

/// Of the photo that `pass` looked at last. Throws as check_grad_cam_layer does.
/// Source: Selvaraju et al. 2017, "Grad-CAM".
[[nodiscard]] GradCam grad_cam(PhotoPass& pass, std::size_t class_index, const std::string& layer);

/// The same of the difference of two classes' scores, both signs kept: above 0 what speaks for the first rather than
/// for the other, below 0 the reverse. `weights` are of that difference.
[[nodiscard]] GradCam grad_cam_against(PhotoPass& pass, std::size_t class_index, std::size_t other,
                                       const std::string& layer);

struct OcclusionOptions {
  int patch = 0;            ///< side of the square in pixels of the cut; 0 = a seventh of the cut's shorter side
  int places = 9;           ///< along each side, spread evenly from edge to edge
  std::uint8_t grey = 128;  ///< of the square
};

/// By how much a class falls where the square covers the photo.
struct Occlusion {
  int patch = 0;
  HeatMap points = {};  ///< of its probability, in points (hundredths); empty for a network of scores
  HeatMap scores = {};  ///< of its score

  /// Smaller changes of the probability are no picture: where it is near 0 or 100 % nothing that is covered moves it.
  static constexpr double kLeastPoints = 1;
  /// Whether the score is what is shown: there is no probability, or it moves by less than kLeastPoints everywhere.
  [[nodiscard]] bool by_score() const { return points.largest() < kLeastPoints; }
  [[nodiscard]] const HeatMap& falls() const { return by_score() ? scores : points; }
};

/// Of the photo that `pass` looked at last. Throws kWrongCall for a patch that is larger than the cut, or no place.
/// Source: Zeiler and Fergus 2014.
[[nodiscard]] Occlusion occlusion(PhotoPass& pass, std::size_t class_index, const OcclusionOptions& options = {});

/// The absolute gradient of the score by each pixel, the largest of its channels. Source: Simonyan et al. 2013.
[[nodiscard]] HeatMap saliency(PhotoPass& pass, std::size_t class_index);

}  // namespace alexnet::explain
