#pragma once

#include <cstdint>
#include <string>

#include "alexnet/core/tensor.h"
#include "alexnet/network/padding.h"
#include "alexnet/network/pooling.h"

/// Arithmetic of windows that slide over an image, for convolutions and pools alike.
namespace alexnet {

/// What a convolution or pool slides over an image. `name` is the layer's, for errors.
struct SlidingWindow {
  const std::string& name;
  int size;  ///< pixels of a side
  int stride;
  Padding padding;
  PoolRounding rounding = PoolRounding::kDown;
};

/// (channels, H', W') for an input (C,H,W). Throws kNetworkInvalid: size or stride below 1, negative padding, or a
/// window that does not fit.
[[nodiscard]] Shape slide(const SlidingWindow& window, std::int64_t channels, const Shape& input);

/// The same for a pool, which needs at least one pixel of the image in every window: padding is smaller than the
/// window.
[[nodiscard]] Shape slide_pool(const SlidingWindow& window, const Shape& input);

/// "11x11/4"
[[nodiscard]] std::string window_text(int size, int stride);
/// "pad 2", "pad 0,0,3,3" (top, left, bottom, right) or "same".
[[nodiscard]] std::string padding_text(const Padding& padding);
/// "3x3/2", with " pad 1" and " up" where they apply.
[[nodiscard]] std::string pool_text(const SlidingWindow& window);

}  // namespace alexnet
