#include "alexnet/network/conv2d.h"

#include <array>

#include <fmt/format.h>

#include "network/checks.h"
#include "network/filter_fields.h"
#include "network/layer_rules.h"
#include "network/windows.h"

namespace alexnet {

Shape LayerRules<Conv2D>::output_shape(const Conv2D& layer, const Shape& input) {
  require_image(layer.name, input);
  require_at_least(layer.name, "filters", 1, layer.filters);
  require_at_least(layer.name, "groups", 1, layer.groups);
  if (input[0] % layer.groups != 0 || layer.filters % layer.groups != 0) {
    refuse(layer.name, fmt::format("channels and filters that {} groups divide", layer.groups),
           fmt::format("{} channels and {} filters", input[0], layer.filters));
  }
  require_options(layer.name, "weight", layer.weight);
  require_options(layer.name, "bias", layer.bias);
  return slide({layer.name, layer.kernel, layer.stride, layer.padding}, layer.filters, input);
}

std::vector<ParameterSpec> LayerRules<Conv2D>::parameters(const Conv2D& layer, const Shape& input) {
  const std::int64_t kernel = layer.kernel;
  const std::int64_t channels = input[0] / layer.groups;
  const std::int64_t fan_in = checked_product(layer.name, "inputs of a filter", std::array{kernel, kernel, channels});
  const std::int64_t fan_out =
      checked_product(layer.name, "outputs of a pixel", std::array<std::int64_t, 3>{kernel, kernel, layer.filters});
  std::vector<ParameterSpec> result{{layer.name + ".weight",
                                     {layer.filters, channels, kernel, kernel},
                                     ParameterRole::kTrainable,
                                     layer.weight,
                                     fan_in,
                                     fan_out}};
  if (layer.has_bias) {
    result.push_back({layer.name + ".bias", {layer.filters}, ParameterRole::kTrainable, layer.bias, fan_in, fan_out});
  }
  return result;
}

std::int64_t LayerRules<Conv2D>::macs(const Conv2D& layer, const Shape& input, const Shape& output) {
  // Each output element is the sum over the kernel and the channels of its group.
  return checked_product(
      layer.name, "multiply-accumulates",
      std::array<std::int64_t, 6>{output[0], output[1], output[2], input[0] / layer.groups, layer.kernel, layer.kernel},
      kMostMacs);
}

Reach LayerRules<Conv2D>::reach(const Conv2D& layer) { return {layer.kernel, layer.stride}; }

std::string LayerRules<Conv2D>::geometry(const Conv2D& layer) {
  std::string text = window_text(layer.kernel, layer.stride) + " " + padding_text(layer.padding);
  if (layer.groups > 1) {
    text += fmt::format(" groups {}", layer.groups);
  }
  return text;
}

void LayerRules<Conv2D>::fields(FieldVisitor& visitor, Conv2D& layer) { filter_fields(visitor, layer); }

}  // namespace alexnet
