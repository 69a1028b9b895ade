#pragma once

#include <vector>

namespace alexnet::explain {

/// Numbers in rows.
struct Plane {
  int width = 0;
  int height = 0;
  std::vector<float> values = {};
};

/// Gaussian of standard deviation `sigma` in pixels, out to three of them, the edge repeated; 0 leaves the plane as it
/// is.
[[nodiscard]] Plane blurred(const Plane& plane, double sigma);

}  // namespace alexnet::explain
