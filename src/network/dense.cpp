#include "alexnet/network/dense.h"

#include <array>

#include "network/checks.h"
#include "network/layer_rules.h"

namespace alexnet {

Shape LayerRules<Dense>::output_shape(const Dense& layer, const Shape& input) {
  if (input.size() != 1) {
    refuse(layer.name, "a flat input (put a flatten layer in front)", to_string(input));
  }
  require_at_least(layer.name, "units", 1, layer.units);
  require_options(layer.name, "weight", layer.weight);
  require_options(layer.name, "bias", layer.bias);
  return {layer.units};
}

std::vector<ParameterSpec> LayerRules<Dense>::parameters(const Dense& layer, const Shape& input) {
  const std::int64_t inputs = input[0];
  std::vector<ParameterSpec> result{
      {layer.name + ".weight", {layer.units, inputs}, ParameterRole::kTrainable, layer.weight, inputs, layer.units}};
  if (layer.has_bias) {
    result.push_back({layer.name + ".bias", {layer.units}, ParameterRole::kTrainable, layer.bias, inputs, layer.units});
  }
  return result;
}

std::int64_t LayerRules<Dense>::macs(const Dense& layer, const Shape& input, const Shape& output) {
  return checked_product(layer.name, "multiply-accumulates", std::array{input[0], output[0]}, kMostMacs);
}

Reach LayerRules<Dense>::reach(const Dense& /*layer*/) { return {.everything = true}; }

std::string LayerRules<Dense>::geometry(const Dense& /*layer*/) { return {}; }

void LayerRules<Dense>::fields(FieldVisitor& visitor, Dense& layer) {
  visitor.require("units");
  visitor.field("units", layer.units);
  visitor.field("has_bias", layer.has_bias);
  visitor.group("weight", layer.weight);
  visitor.group("bias", layer.bias);
}

}  // namespace alexnet
