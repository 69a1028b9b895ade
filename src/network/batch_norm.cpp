#include "alexnet/network/batch_norm.h"

#include <cmath>

#include <fmt/format.h>

#include "core/text.h"
#include "network/checks.h"
#include "network/layer_rules.h"

namespace alexnet {

Shape LayerRules<BatchNorm>::output_shape(const BatchNorm& layer, const Shape& input) {
  if (!(layer.momentum >= 0 && layer.momentum <= 1)) {
    refuse(layer.name, "a momentum from 0 to 1", fmt::to_string(layer.momentum));
  }
  if (!(layer.epsilon > 0) || !std::isfinite(layer.epsilon)) {
    refuse(layer.name, "an epsilon above 0", fmt::to_string(layer.epsilon));
  }
  require_options(layer.name, "weight", layer.weight);
  require_options(layer.name, "bias", layer.bias);
  return input;
}

std::vector<ParameterSpec> LayerRules<BatchNorm>::parameters(const BatchNorm& layer, const Shape& input) {
  const Shape channels{input[0]};
  return {
      {layer.name + ".weight", channels, ParameterRole::kTrainable, layer.weight},
      {layer.name + ".bias", channels, ParameterRole::kTrainable, layer.bias},
      {layer.name + ".running_mean", channels, ParameterRole::kStatistic, {Initializer::constant(0)}},
      {layer.name + ".running_var", channels, ParameterRole::kStatistic, {Initializer::constant(1)}},
  };
}

std::string LayerRules<BatchNorm>::geometry(const BatchNorm& layer) {
  return fmt::format("momentum {} eps {}", short_number(layer.momentum), short_number(layer.epsilon));
}

void LayerRules<BatchNorm>::fields(FieldVisitor& visitor, BatchNorm& layer) {
  visitor.field("momentum", layer.momentum);
  visitor.field("epsilon", layer.epsilon);
  visitor.field("unbiased_running_variance", layer.unbiased_running_variance);
  visitor.group("weight", layer.weight);
  visitor.group("bias", layer.bias);
}

}  // namespace alexnet
