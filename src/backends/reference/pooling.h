#pragma once

#include <algorithm>

#include "backends/reference/layers.h"

namespace alexnet::reference {

/// A pooling window clipped at the image: rows [top, bottom), columns [left, right).
struct Window {
  [[nodiscard]] std::int64_t pixels() const { return (bottom - top) * (right - left); }
  std::int64_t top;
  std::int64_t bottom;
  std::int64_t left;
  std::int64_t right;
};

/// f(output pixel, window) for each output pixel of a map, row by row.
template <class Pool, class F>
void for_each_window(const Pool& layer, const Image& in, const Image& out, F f) {
  const Padding padding = layer.padding.resolved(in.height, in.width, layer.window, layer.stride);
  for (std::int64_t i = 0; i < out.height; ++i) {
    for (std::int64_t j = 0; j < out.width; ++j) {
      const std::int64_t top = i * layer.stride - padding.top;
      const std::int64_t left = j * layer.stride - padding.left;
      f(i * out.width + j, Window{std::max<std::int64_t>(top, 0), std::min(top + layer.window, in.height),
                                  std::max<std::int64_t>(left, 0), std::min(left + layer.window, in.width)});
    }
  }
}

}  // namespace alexnet::reference
