#include "alexnet/network/all_gather.h"

#include <array>

#include <fmt/format.h>

#include "network/checks.h"
#include "network/layer_rules.h"

namespace alexnet {

Shape LayerRules<AllGather>::output_shape(const AllGather& layer, const Shape& input) {
  require_at_least(layer.name, "towers", 2, layer.towers);
  Shape output = input;
  output[0] = checked_product(layer.name, "channels", std::array{input[0], std::int64_t{layer.towers}});
  return output;
}

std::string LayerRules<AllGather>::geometry(const AllGather& layer) {
  return fmt::format("of {} towers", layer.towers);
}

void LayerRules<AllGather>::fields(FieldVisitor& visitor, AllGather& layer) { visitor.field("towers", layer.towers); }

}  // namespace alexnet
