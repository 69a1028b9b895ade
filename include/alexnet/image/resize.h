#pragma once

#include <string_view>

#include "alexnet/image/image.h"

namespace alexnet {

enum class Filter { kNearest, kBox, kBilinear, kHamming, kBicubic, kLanczos };

[[nodiscard]] std::string_view name_of(Filter filter);
/// Throws kUnknownName.
[[nodiscard]] Filter filter_by_name(std::string_view name);

struct ResizeOptions {
  Filter filter = Filter::kBilinear;
  /// Part of the image to resize, in pixels; all zero = the whole. Pixels outside it contribute to its border.
  float box_left = 0, box_top = 0, box_right = 0, box_bottom = 0;
  /// Pillow 13's order of passes (vertical first for tall images) instead of horizontal first.
  bool pillow13_order = false;
};

/// Antialiased resize, equal to Pillow's byte for byte. Throws kWrongCall for an empty size or a box outside the image.
/// Source: docs/numerics.md. Threads: any.
[[nodiscard]] Image resize(const Image& image, int width, int height, const ResizeOptions& options = {});

/// A copy whose longer side is `side` pixels at most; never enlarged. Threads: any.
[[nodiscard]] Image thumbnail(const Image& image, int side);

}  // namespace alexnet
