#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "alexnet/image/resize.h"

namespace alexnet::detail {

/// Source pixels first .. first + taps - 1 of one output pixel; their weights begin at `weights` of ResizeWindows.
struct ResizeWindow {
  int first = 0;
  int taps = 0;
  std::size_t weights = 0;
};

/// Weights have 22 bits behind the point: weight x pixel x sum fits 32 bits for every filter.
inline constexpr int kWeightBits = 22;

struct ResizeWindows {
  std::vector<ResizeWindow> windows;  ///< one an output pixel
  std::vector<std::int32_t> weights;
};

/// Windows along one axis: `source` pixels of which [from, to) become `target` pixels.
/// Source: docs/numerics.md, "Resize".
[[nodiscard]] ResizeWindows resize_windows(Filter filter, int source, float from, float to, int target);

}  // namespace alexnet::detail
