#include "alexnet/network/max_pool2d.h"

#include <array>
#include <string_view>

#include "network/layer_rules.h"
#include "network/pool_fields.h"
#include "network/windows.h"

namespace alexnet {
namespace {

constexpr std::array<std::string_view, 2> kTiesNames{"first", "all"};

SlidingWindow window_of(const MaxPool2D& layer) {
  return {layer.name, layer.window, layer.stride, layer.padding, layer.rounding};
}

}  // namespace

Shape LayerRules<MaxPool2D>::output_shape(const MaxPool2D& layer, const Shape& input) {
  return slide_pool(window_of(layer), input);
}

Reach LayerRules<MaxPool2D>::reach(const MaxPool2D& layer) { return {layer.window, layer.stride}; }

std::string LayerRules<MaxPool2D>::geometry(const MaxPool2D& layer) { return pool_text(window_of(layer)); }

void LayerRules<MaxPool2D>::fields(FieldVisitor& visitor, MaxPool2D& layer) {
  pool_fields(visitor, layer);
  visitor.choice("ties", layer.ties, kTiesNames);
}

}  // namespace alexnet
