#include "alexnet/network/padding.h"

#include <algorithm>

namespace alexnet {
namespace {

/// Zeros along one axis that make output = ceil(extent / stride).
int same_total(std::int64_t extent, int kernel, int stride) {
  const std::int64_t output = (extent + stride - 1) / stride;
  return static_cast<int>(std::max<std::int64_t>((output - 1) * stride + kernel - extent, 0));
}

}  // namespace

Padding Padding::resolved(std::int64_t height, std::int64_t width, int kernel, int stride) const {
  if (mode == Mode::kExplicit) {
    return *this;
  }
  const int vertical = same_total(height, kernel, stride);
  const int horizontal = same_total(width, kernel, stride);
  return of(vertical / 2, horizontal / 2, vertical - vertical / 2, horizontal - horizontal / 2);
}

}  // namespace alexnet
