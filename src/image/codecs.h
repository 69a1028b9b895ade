#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "alexnet/image/decode.h"

namespace alexnet::detail {

/// The bytes of one file and what to call it in errors.
struct EncodedPhoto {
  std::span<const std::byte> bytes;
  std::string_view where;
  std::int64_t max_pixels = 0;
};

/// What the header of a file says.
struct PhotoHeader {
  int width = 0;
  int height = 0;
  int bits = 8;
  bool cmyk = false;
  bool animated = false;
};

/// Throws kPhotoTooLarge, or kPhotoUnreadable for an empty picture. Each decoder calls it before it allocates.
void check_size(const EncodedPhoto& photo, std::int64_t width, std::int64_t height);

// Pixels as stored, orientation not applied. `..._header` decodes nothing.
[[nodiscard]] Image decode_jpeg(const EncodedPhoto& photo);
[[nodiscard]] Image decode_png(const EncodedPhoto& photo);
[[nodiscard]] Image decode_webp(const EncodedPhoto& photo);
[[nodiscard]] PhotoHeader jpeg_header(const EncodedPhoto& photo);
[[nodiscard]] PhotoHeader png_header(const EncodedPhoto& photo);
[[nodiscard]] PhotoHeader webp_header(const EncodedPhoto& photo);

}  // namespace alexnet::detail
