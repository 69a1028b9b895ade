#pragma once

#include <cstddef>
#include <span>

#include "alexnet/image/image.h"

namespace alexnet {

/// EXIF orientation 1..8 from a TIFF block (as it stands after "Exif\0\0", in a PNG eXIf chunk or a WebP EXIF chunk);
/// 1 when missing, malformed or out of range. Never reads past the span.
[[nodiscard]] int exif_orientation(std::span<const std::byte> tiff);

/// The image as it is to be shown. Source: docs/numerics.md.
[[nodiscard]] Image oriented(const Image& image, int orientation);

}  // namespace alexnet
