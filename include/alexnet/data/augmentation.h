#pragma once

#include <cstdint>

#include "alexnet/data/colour_noise.h"
#include "alexnet/data/geometry.h"

namespace alexnet {

/// Which part of a photo training shows: the centre of the prepared square, any place in it, or any part of the photo
/// whose area and aspect are drawn, resized to the network's window.
enum class CropMode { kCentre, kRandom, kRandomResized };

/// What training does to each photo anew, in this order: the window, turned and mirrored; brightness, contrast and
/// saturation; the hole; then two photos of a batch are mixed (mixup.h). Colour noise is added behind all of that, by
/// Normalize.
struct Augmentation {
  CropMode crop = CropMode::kCentre;
  bool flip = false;        ///< mirrored with probability 1/2
  int crop_share = 1;       ///< photos side by side that share window and mirror: 32 in the 2012 code
  double crop_area = 0.08;  ///< least share of the photo's area in kRandomResized; the largest is 1
  double rotation = 0;      ///< angle uniform from -x to x degrees
  double brightness = 0;    ///< factor uniform from 1 - x to 1 + x, x at most 1; contrast and saturation alike
  double contrast = 0;
  double saturation = 0;
  double cutout = 0;  ///< side of the grey square that is cut out, as a share of the window's shorter side
  double mixup = 0;   ///< both parameters of the beta distribution of the shares; 0 = none
  ColourNoise colour_noise = {};
  friend bool operator==(const Augmentation&, const Augmentation&) = default;
};

/// A part of a picture in whole pixels; none where its width is 0.
struct PixelBox {
  int left = 0;
  int top = 0;
  int width = 0;
  int height = 0;
  friend bool operator==(const PixelBox&, const PixelBox&) = default;
};

/// What was drawn for one photo. The defaults change nothing.
struct PhotoDraw {
  PixelBox part = {};  ///< of the source, where the crop is kRandomResized
  Cut cut = {};
  double rotation = 0;  ///< degrees, counter-clockwise
  double brightness = 1;
  double contrast = 1;
  double saturation = 1;
  PixelBox hole = {};  ///< of the window
  friend bool operator==(const PhotoDraw&, const PhotoDraw&) = default;
};

/// The place of a photo in a training: what its draws are keyed by.
struct DrawPlace {
  std::uint64_t seed = 0;
  std::uint32_t epoch = 0;
  std::uint32_t position = 0;
};

/// The cut of a photo (purposes kCrop and kFlip, at the first position that shares it). For kRandomResized, whose
/// window is no part of the square, the centre.
[[nodiscard]] Cut random_cut(const Geometry& geometry, const Augmentation& augmentation, const DrawPlace& place);

/// A part of random area and aspect: up to ten times an area uniform from `least_area` to 1 of the whole, an aspect
/// (width / height) whose logarithm is uniform from that of 3/4 to that of 4/3, and a place; where none fits, the
/// largest central part with such an aspect. Source: torchvision, RandomResizedCrop.
[[nodiscard]] PixelBox random_part(int width, int height, double least_area, const DrawPlace& place);

/// All that is drawn for a photo whose source (below) has this size.
[[nodiscard]] PhotoDraw draw_photo(const Geometry& geometry, const Augmentation& augmentation, int source_width,
                                   int source_height, const DrawPlace& place);

/// What is kept of a decoded photo to make windows from: the prepared square; for kRandomResized the photo itself, its
/// shorter side reduced to twice the square's where it is longer.
[[nodiscard]] Image augmentation_source(Image photo, const Geometry& geometry, const Augmentation& augmentation);

/// Writes the window that a draw makes of a source into `out`, height*width*channels bytes.
void augment(const Image& source, const Geometry& geometry, const PhotoDraw& draw, std::uint8_t* out);

}  // namespace alexnet
