#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace alexnet {

/// Pixels as bytes, row by row, channels interleaved (H,W,C). C = 1 (grey) or 3 (RGB).
struct Image {
  int width = 0;
  int height = 0;
  int channels = 3;
  std::vector<std::uint8_t> pixels;

  Image() = default;
  Image(int w, int h, int c)
      : width(w),
        height(h),
        channels(c),
        pixels(static_cast<std::size_t>(w) * static_cast<std::size_t>(h) * static_cast<std::size_t>(c)) {}

  [[nodiscard]] const std::uint8_t* row(int y) const {
    return pixels.data() +
           static_cast<std::size_t>(y) * static_cast<std::size_t>(width) * static_cast<std::size_t>(channels);
  }
  [[nodiscard]] std::uint8_t* row(int y) {
    return pixels.data() +
           static_cast<std::size_t>(y) * static_cast<std::size_t>(width) * static_cast<std::size_t>(channels);
  }
  friend bool operator==(const Image&, const Image&) = default;
};

/// Grey to RGB by repeating, RGB to grey by Pillow's L = (19595 R + 38470 G + 7471 B + 32768) >> 16.
[[nodiscard]] Image with_channels(const Image& image, int channels);
/// A part of the image. Throws kWrongCall when it does not lie inside.
[[nodiscard]] Image crop(const Image& image, int left, int top, int width, int height);
[[nodiscard]] Image flipped(const Image& image);  ///< mirror left-right

}  // namespace alexnet
