#include "explain/blur.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace alexnet::explain {
namespace {

/// exp(-d^2 / (2 sigma^2)) for d = 0 to 3 sigma, so that both sides sum to 1.
std::vector<float> half_kernel(double sigma) {
  const int reach = std::max(1, static_cast<int>(std::ceil(3 * sigma)));
  std::vector<float> kernel;
  double sum = 0;
  for (int d = 0; d <= reach; ++d) {
    const double weight = std::exp(-0.5 * d * d / (sigma * sigma));
    sum += d == 0 ? weight : 2 * weight;
    kernel.push_back(static_cast<float>(weight));
  }
  for (float& weight : kernel) {
    weight = static_cast<float>(weight / sum);
  }
  return kernel;
}

/// Row i of out = sum over d of kernel[abs(d)] * row i + d, of `count` rows of `length` numbers.
void along_columns(const float* in, float* out, int count, int length, const std::vector<float>& kernel) {
  const int reach = static_cast<int>(kernel.size()) - 1;
  for (int i = 0; i < count; ++i) {
    float* to = out + static_cast<std::ptrdiff_t>(i) * length;
    std::fill_n(to, length, 0.0F);
    for (int d = -reach; d <= reach; ++d) {
      const float* from = in + static_cast<std::ptrdiff_t>(std::clamp(i + d, 0, count - 1)) * length;
      const float weight = kernel[static_cast<std::size_t>(std::abs(d))];
      for (int k = 0; k < length; ++k) {
        to[k] += weight * from[k];
      }
    }
  }
}

Plane transposed(const Plane& plane) {
  Plane out{plane.height, plane.width, std::vector<float>(plane.values.size())};
  for (int y = 0; y < plane.height; ++y) {
    for (int x = 0; x < plane.width; ++x) {
      const auto at = [](int row, int width, int column) {
        return static_cast<std::size_t>(row) * static_cast<std::size_t>(width) + static_cast<std::size_t>(column);
      };
      out.values[at(x, plane.height, y)] = plane.values[at(y, plane.width, x)];
    }
  }
  return out;
}

}  // namespace

Plane blurred(const Plane& plane, double sigma) {
  if (sigma <= 0) {
    return plane;
  }
  const auto kernel = half_kernel(sigma);
  Plane columns = plane;
  along_columns(plane.values.data(), columns.values.data(), plane.height, plane.width, kernel);
  const Plane turned = transposed(columns);
  Plane both = turned;
  along_columns(turned.values.data(), both.values.data(), turned.height, turned.width, kernel);
  return transposed(both);
}

}  // namespace alexnet::explain
