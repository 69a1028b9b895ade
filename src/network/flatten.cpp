#include "alexnet/network/flatten.h"

#include "network/checks.h"
#include "network/layer_rules.h"

namespace alexnet {

Shape LayerRules<Flatten>::output_shape(const Flatten& layer, const Shape& input) {
  require_image(layer.name, input);
  return {element_count(input)};
}

void LayerRules<Flatten>::fields(FieldVisitor& /*visitor*/, Flatten& /*layer*/) {}

}  // namespace alexnet
