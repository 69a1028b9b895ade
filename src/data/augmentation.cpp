#include "alexnet/data/augmentation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "alexnet/core/random.h"

#include "data/colour_jitter.h"
#include "data/turned_cut.h"

namespace alexnet {
namespace {

constexpr double kLeastAspect = 3.0 / 4;
constexpr double kLargestAspect = 4.0 / 3;
constexpr int kTries = 10;
constexpr int kSourceScale = 2;  // of the prepared square: parts down to a quarter of its area stay sharp
constexpr std::uint8_t kGrey = 128;

/// Halves to the even neighbour, as in Python.
int rounded(double value) { return static_cast<int>(std::nearbyint(value)); }

/// The largest part of an aspect within the limits, in the middle.
PixelBox central_part(int width, int height) {
  const double aspect = static_cast<double>(width) / height;
  const int w = aspect > kLargestAspect ? std::clamp(rounded(height * kLargestAspect), 1, width) : width;
  const int h = aspect < kLeastAspect ? std::clamp(rounded(width / kLeastAspect), 1, height) : height;
  return {.left = (width - w) / 2, .top = (height - h) / 2, .width = w, .height = h};
}

DrawPlace shared_place(const Augmentation& augmentation, DrawPlace place) {
  place.position -= place.position % static_cast<std::uint32_t>(augmentation.crop_share);
  return place;
}

RandomStream stream(const DrawPlace& place, Purpose purpose) {
  return RandomStream(place.seed, purpose, place.epoch, place.position);
}

double between(double least, double most, RandomStream& draws) { return least + (most - least) * draws.uniform(); }

PixelBox random_hole(const Geometry& geometry, double share, const DrawPlace& place) {
  RandomStream draws = stream(place, Purpose::kCutout);
  const int side = std::max(1, rounded(share * std::min(geometry.width, geometry.height)));
  // The middle may lie anywhere, so that a part of the hole may lie outside.
  const int left = static_cast<int>(draws.below(static_cast<std::uint64_t>(geometry.width))) - side / 2;
  const int top = static_cast<int>(draws.below(static_cast<std::uint64_t>(geometry.height))) - side / 2;
  const int right = std::min(left + side, geometry.width);
  const int bottom = std::min(top + side, geometry.height);
  return {.left = std::max(left, 0),
          .top = std::max(top, 0),
          .width = right - std::max(left, 0),
          .height = bottom - std::max(top, 0)};
}

void cut_out(const Geometry& geometry, const PixelBox& hole, std::uint8_t* pixels) {
  const auto channels = static_cast<std::size_t>(geometry.channels);
  for (int y = hole.top; y < hole.top + hole.height; ++y) {
    const auto first = static_cast<std::size_t>(y * geometry.width + hole.left) * channels;
    std::fill_n(pixels + first, static_cast<std::size_t>(hole.width) * channels, kGrey);
  }
}

/// Writes the window before anything happens to its colours.
void cut_window(const Image& picture, const Geometry& geometry, const Cut& cut, double rotation, std::uint8_t* out) {
  if (rotation == 0) {
    apply_cut(picture, geometry, cut, out);
  } else {
    apply_turned_cut(picture, geometry, cut, rotation, out);
  }
}

}  // namespace

Cut random_cut(const Geometry& geometry, const Augmentation& augmentation, const DrawPlace& place) {
  Cut cut = centre_cut(geometry);
  const DrawPlace shared = shared_place(augmentation, place);
  if (augmentation.crop == CropMode::kRandom) {
    RandomStream draws = stream(shared, Purpose::kCrop);
    cut.left = static_cast<int>(draws.below(static_cast<std::uint64_t>(geometry.resize - geometry.width) + 1));
    cut.top = static_cast<int>(draws.below(static_cast<std::uint64_t>(geometry.resize - geometry.height) + 1));
  }
  if (augmentation.flip) {
    cut.flipped = stream(shared, Purpose::kFlip).below(2) == 1;
  }
  return cut;
}

PixelBox random_part(int width, int height, double least_area, const DrawPlace& place) {
  RandomStream draws = stream(place, Purpose::kCrop);
  for (int i = 0; i < kTries; ++i) {
    const double area = static_cast<double>(width) * height * between(least_area, 1, draws);
    const double aspect = std::exp(between(std::log(kLeastAspect), std::log(kLargestAspect), draws));
    const int w = rounded(std::sqrt(area * aspect));
    const int h = rounded(std::sqrt(area / aspect));
    if (w < 1 || h < 1 || w > width || h > height) {
      continue;
    }
    const auto top = draws.below(static_cast<std::uint64_t>(height - h) + 1);
    const auto left = draws.below(static_cast<std::uint64_t>(width - w) + 1);
    return {.left = static_cast<int>(left), .top = static_cast<int>(top), .width = w, .height = h};
  }
  return central_part(width, height);
}

PhotoDraw draw_photo(const Geometry& geometry, const Augmentation& augmentation, int source_width, int source_height,
                     const DrawPlace& place) {
  PhotoDraw draw{.cut = random_cut(geometry, augmentation, place)};
  if (augmentation.crop == CropMode::kRandomResized) {
    draw.part = random_part(source_width, source_height, augmentation.crop_area, shared_place(augmentation, place));
  }
  if (augmentation.rotation > 0) {
    RandomStream draws = stream(place, Purpose::kRotation);
    draw.rotation = between(-augmentation.rotation, augmentation.rotation, draws);
  }
  if (augmentation.brightness > 0 || augmentation.contrast > 0 || augmentation.saturation > 0) {
    // Always three draws: what one is set to does not change the others.
    RandomStream draws = stream(place, Purpose::kJitter);
    draw.brightness = between(1 - augmentation.brightness, 1 + augmentation.brightness, draws);
    draw.contrast = between(1 - augmentation.contrast, 1 + augmentation.contrast, draws);
    draw.saturation = between(1 - augmentation.saturation, 1 + augmentation.saturation, draws);
  }
  if (augmentation.cutout > 0) {
    draw.hole = random_hole(geometry, augmentation.cutout, place);
  }
  return draw;
}

Image augmentation_source(Image photo, const Geometry& geometry, const Augmentation& augmentation) {
  if (augmentation.crop != CropMode::kRandomResized) {
    return prepare(photo, geometry);
  }
  if (photo.channels != geometry.channels) {
    return augmentation_source(with_channels(photo, geometry.channels), geometry, augmentation);
  }
  const int side = kSourceScale * geometry.resize;
  const int shortest = std::min(photo.width, photo.height);
  if (shortest <= side) {
    return photo;
  }
  const auto scaled = [&](int length) { return static_cast<int>(static_cast<double>(side) * length / shortest); };
  return resize(photo, scaled(photo.width), scaled(photo.height), {.filter = geometry.filter});
}

void augment(const Image& source, const Geometry& geometry, const PhotoDraw& draw, std::uint8_t* out) {
  if (const PixelBox& part = draw.part; part.width > 0) {
    const Image window = resize(crop(source, part.left, part.top, part.width, part.height), geometry.width,
                                geometry.height, {.filter = geometry.filter});
    cut_window(window, geometry, {.flipped = draw.cut.flipped}, draw.rotation, out);
  } else {
    cut_window(source, geometry, draw.cut, draw.rotation, out);
  }
  const auto bytes = static_cast<std::size_t>(geometry.width) * static_cast<std::size_t>(geometry.height) *
                     static_cast<std::size_t>(geometry.channels);
  jitter_colour({out, bytes}, geometry.channels,
                {.brightness = draw.brightness, .contrast = draw.contrast, .saturation = draw.saturation});
  cut_out(geometry, draw.hole, out);
}

}  // namespace alexnet
