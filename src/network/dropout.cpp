#include "alexnet/network/dropout.h"

#include <fmt/format.h>

#include "core/text.h"
#include "network/checks.h"
#include "network/layer_rules.h"

namespace alexnet {

Shape LayerRules<Dropout>::output_shape(const Dropout& layer, const Shape& input) {
  if (!(layer.rate >= 0 && layer.rate < 1)) {
    refuse(layer.name, "a rate of at least 0 and below 1", fmt::to_string(layer.rate));
  }
  require_at_least(layer.name, "a first unit", 0, layer.first_unit);
  return input;
}

std::string LayerRules<Dropout>::geometry(const Dropout& layer) {
  return fmt::format("rate {}{}", short_number(layer.rate), layer.inverted ? "" : " not inverted");
}

void LayerRules<Dropout>::fields(FieldVisitor& visitor, Dropout& layer) {
  visitor.field("rate", layer.rate);
  visitor.field("inverted", layer.inverted);
  visitor.field("mask_name", layer.mask_name);
  visitor.field("first_unit", layer.first_unit);
}

}  // namespace alexnet
