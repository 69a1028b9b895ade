#include "alexnet/network/gather.h"

#include <array>

#include <fmt/format.h>

#include "network/checks.h"
#include "network/layer_rules.h"

namespace alexnet {

Shape LayerRules<Gather>::output_shape(const Gather& layer, const Shape& input) {
  require_at_least(layer.name, "towers", 2, layer.towers);
  for (const int rank : {layer.rank, layer.root}) {
    if (rank < 0 || rank >= layer.towers) {
      refuse(layer.name, fmt::format("ranks from 0 to {}", layer.towers - 1), fmt::to_string(rank));
    }
  }
  if (layer.rank != layer.root) {
    return {0};
  }
  Shape output = input;
  output[0] = checked_product(layer.name, "channels", std::array{input[0], std::int64_t{layer.towers}});
  return output;
}

std::string LayerRules<Gather>::geometry(const Gather& layer) {
  return fmt::format("of {} towers to {}", layer.towers, layer.root);
}

void LayerRules<Gather>::fields(FieldVisitor& visitor, Gather& layer) {
  visitor.field("towers", layer.towers);
  visitor.field("rank", layer.rank);
  visitor.field("root", layer.root);
}

}  // namespace alexnet
