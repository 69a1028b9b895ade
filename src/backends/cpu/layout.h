#pragma once

#include <cstddef>
#include <cstdint>

#include "alexnet/core/tensor.h"

namespace alexnet::cpu {

/// Where the elements of an activation (N,C,H,W) or (N,C) lie: `lanes` channels side by side at each pixel.
/// Element (n,c,h,w) stands at n*image + (c/lanes)*block + h*row + w*pixel + c%lanes, in floats.
///   planes (nchw)    lanes 1,  block H*W,       pixel 1
///   blocked (nChw16c) lanes 16, block H*W*16,   pixel 16      channels padded with zeros to a multiple of 16
///   pixels (nhwc)    lanes 16 or C, block 16,   pixel C
///   rows (nc)        lanes 16 or C, block 16,   H = W = 1
struct Layout {
  enum class Order { kPlanes, kBlocked, kPixels };
  Order order = Order::kPlanes;
  std::int64_t rows = 0;
  std::int64_t channels = 0;
  std::int64_t height = 1;
  std::int64_t width = 1;
  std::int64_t lanes = 1;
  std::int64_t image_stride = 0;
  std::int64_t block_stride = 0;
  std::int64_t row_stride = 0;
  std::int64_t pixel_stride = 0;

  [[nodiscard]] std::int64_t blocks() const { return (channels + lanes - 1) / lanes; }
  /// Floats that it takes, zero padding included.
  [[nodiscard]] std::int64_t size() const { return rows * image_stride; }
  [[nodiscard]] std::int64_t elements_per_row() const { return channels * height * width; }
  [[nodiscard]] std::int64_t at(std::int64_t n, std::int64_t c, std::int64_t h, std::int64_t w) const {
    return n * image_stride + (c / lanes) * block_stride + h * row_stride + w * pixel_stride + c % lanes;
  }
  friend bool operator==(const Layout&, const Layout&) = default;

  static Layout planes(std::int64_t rows, std::int64_t c, std::int64_t h, std::int64_t w) {
    return {Order::kPlanes, rows, c, h, w, 1, c * h * w, h * w, w, 1};
  }
  static Layout blocked(std::int64_t rows, std::int64_t c, std::int64_t h, std::int64_t w, std::int64_t lanes) {
    const auto blocks = (c + lanes - 1) / lanes;
    return {Order::kBlocked, rows, c, h, w, lanes, blocks * h * w * lanes, h * w * lanes, w * lanes, lanes};
  }
  static Layout pixels(std::int64_t rows, std::int64_t c, std::int64_t h, std::int64_t w) {
    const auto lanes = c % 16 == 0 ? 16 : c;
    return {Order::kPixels, rows, c, h, w, lanes, c * h * w, lanes, w * c, c};
  }
  static Layout plain_rows(std::int64_t rows, std::int64_t c) { return pixels(rows, c, 1, 1); }

  /// The same order of channels for other extents (pooling keeps it).
  [[nodiscard]] Layout resized(std::int64_t h, std::int64_t w) const { return in_this_order(channels, h, w); }
  /// And for another number of channels.
  [[nodiscard]] Layout with_channels(std::int64_t c) const { return in_this_order(c, height, width); }

 private:
  [[nodiscard]] Layout in_this_order(std::int64_t c, std::int64_t h, std::int64_t w) const {
    switch (order) {
      case Order::kPlanes:
        return planes(rows, c, h, w);
      case Order::kBlocked:
        return blocked(rows, c, h, w, lanes);
      case Order::kPixels:
        break;
    }
    return pixels(rows, c, h, w);
  }
};

/// Copies between an activation and a tensor in logical order (N,C,H,W).
void to_logical(const Layout& layout, const float* from, float* to);
void from_logical(const Layout& layout, const float* from, float* to);

}  // namespace alexnet::cpu
