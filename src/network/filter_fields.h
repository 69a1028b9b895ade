#pragma once

#include "network/field_visitor.h"

namespace alexnet {

/// The options of layers that slide filters over an image; groups where the kind has them.
void filter_fields(FieldVisitor& visitor, auto& layer) {
  visitor.require("filters");
  visitor.field("filters", layer.filters);
  visitor.require("kernel");
  visitor.field("kernel", layer.kernel);
  visitor.field("stride", layer.stride);
  visitor.field("padding", layer.padding);
  if constexpr (requires { layer.groups; }) {
    visitor.field("groups", layer.groups);
  }
  visitor.field("has_bias", layer.has_bias);
  visitor.group("weight", layer.weight);
  visitor.group("bias", layer.bias);
}

}  // namespace alexnet
