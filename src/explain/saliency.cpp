#include <algorithm>
#include <cmath>

#include "alexnet/explain/heat.h"

namespace alexnet::explain {

HeatMap saliency(PhotoPass& pass, std::size_t class_index) {
  pass.backward(class_index);
  const Tensor gradient = pass.pixel_gradient();  // (C,H,W)
  const Shape& shape = gradient.shape();
  const auto pixels = static_cast<std::size_t>(shape[1] * shape[2]);
  HeatMap map{
      .width = static_cast<int>(shape[2]), .height = static_cast<int>(shape[1]), .values = std::vector<double>(pixels)};
  const auto slopes = gradient.as<double>();
  for (std::size_t i = 0; i < slopes.size(); ++i) {
    map.values[i % pixels] = std::max(map.values[i % pixels], std::abs(slopes[i]));
  }
  return map;
}

}  // namespace alexnet::explain
