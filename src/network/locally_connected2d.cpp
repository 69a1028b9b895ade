#include "alexnet/network/locally_connected2d.h"

#include <array>

#include "network/checks.h"
#include "network/filter_fields.h"
#include "network/layer_rules.h"
#include "network/windows.h"

namespace alexnet {

using Rules = LayerRules<LocallyConnected2D>;

Shape Rules::output_shape(const LocallyConnected2D& layer, const Shape& input) {
  require_image(layer.name, input);
  require_at_least(layer.name, "filters", 1, layer.filters);
  require_options(layer.name, "weight", layer.weight);
  require_options(layer.name, "bias", layer.bias);
  return slide({layer.name, layer.kernel, layer.stride, layer.padding}, layer.filters, input);
}

std::vector<ParameterSpec> Rules::parameters(const LocallyConnected2D& layer, const Shape& input) {
  const Shape output = output_shape(layer, input);
  const std::int64_t kernel = layer.kernel;
  const std::int64_t fan_in = checked_product(layer.name, "inputs of a filter", std::array{kernel, kernel, input[0]});
  const std::int64_t fan_out =
      checked_product(layer.name, "outputs of a pixel", std::array<std::int64_t, 3>{kernel, kernel, layer.filters});
  std::vector<ParameterSpec> result{{layer.name + ".weight",
                                     {output[1], output[2], layer.filters, input[0], kernel, kernel},
                                     ParameterRole::kTrainable,
                                     layer.weight,
                                     fan_in,
                                     fan_out}};
  if (layer.has_bias) {
    result.push_back({layer.name + ".bias", output, ParameterRole::kTrainable, layer.bias, fan_in, fan_out});
  }
  return result;
}

std::int64_t Rules::macs(const LocallyConnected2D& layer, const Shape& input, const Shape& output) {
  return checked_product(
      layer.name, "multiply-accumulates",
      std::array<std::int64_t, 6>{output[0], output[1], output[2], input[0], layer.kernel, layer.kernel}, kMostMacs);
}

Reach Rules::reach(const LocallyConnected2D& layer) { return {layer.kernel, layer.stride}; }

std::string Rules::geometry(const LocallyConnected2D& layer) {
  return window_text(layer.kernel, layer.stride) + " " + padding_text(layer.padding);
}

void Rules::fields(FieldVisitor& visitor, LocallyConnected2D& layer) { filter_fields(visitor, layer); }

}  // namespace alexnet
