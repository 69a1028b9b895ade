#pragma once

#include <cstdint>
#include <span>

namespace alexnet {

/// What brightness, contrast and saturation of a picture are multiplied by, in this order. Source: torchvision's
/// ColorJitter, whose order is random; Pillow's ImageEnhance.
struct ColourFactors {
  double brightness = 1;  ///< v' = brightness v
  double contrast = 1;    ///< v' = mean + contrast (v - mean), mean: that of the picture's grey values, rounded
  double saturation = 1;  ///< v' = grey + saturation (v - grey), grey: the pixel's; of grey pictures nothing changes
};

/// Changes pixels in place, each step rounded down and held within 0..255, as Pillow does. `channels` 1 or 3.
void jitter_colour(std::span<std::uint8_t> pixels, int channels, const ColourFactors& factors);

}  // namespace alexnet
