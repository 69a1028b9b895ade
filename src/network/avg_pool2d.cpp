#include "alexnet/network/avg_pool2d.h"

#include "network/layer_rules.h"
#include "network/pool_fields.h"
#include "network/windows.h"

namespace alexnet {
namespace {

constexpr std::array<std::string_view, 3> kDivisorNames{"clipped_window", "full_window", "one"};

SlidingWindow window_of(const AvgPool2D& layer) {
  return {layer.name, layer.window, layer.stride, layer.padding, layer.rounding};
}

}  // namespace

Shape LayerRules<AvgPool2D>::output_shape(const AvgPool2D& layer, const Shape& input) {
  return slide_pool(window_of(layer), input);
}

Reach LayerRules<AvgPool2D>::reach(const AvgPool2D& layer) { return {layer.window, layer.stride}; }

std::string LayerRules<AvgPool2D>::geometry(const AvgPool2D& layer) {
  std::string text = pool_text(window_of(layer));
  if (layer.divisor == AvgPool2D::Divisor::kFullWindow) {
    text += " of full window";
  } else if (layer.divisor == AvgPool2D::Divisor::kOne) {
    text += " sum";
  }
  return text;
}

void LayerRules<AvgPool2D>::fields(FieldVisitor& visitor, AvgPool2D& layer) {
  pool_fields(visitor, layer);
  visitor.choice("divisor", layer.divisor, kDivisorNames);
}

}  // namespace alexnet
