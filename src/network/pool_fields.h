#pragma once

#include <array>
#include <string_view>

#include "network/field_visitor.h"

namespace alexnet {

inline constexpr std::array<std::string_view, 2> kPoolRoundingNames{"down", "up"};

/// The options that both pools have.
void pool_fields(FieldVisitor& visitor, auto& layer) {
  visitor.field("window", layer.window);
  visitor.field("stride", layer.stride);
  visitor.field("padding", layer.padding);
  visitor.choice("rounding", layer.rounding, kPoolRoundingNames);
}

}  // namespace alexnet
