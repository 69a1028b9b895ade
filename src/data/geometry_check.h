#pragma once

#include <string_view>

#include "alexnet/core/messages.h"
#include "alexnet/data/geometry.h"

namespace alexnet {

/// Largest side of a prepared square.
inline constexpr int kMaxSide = 4096;

/// Throws `message` about `where` unless the window fits into the prepared square.
void check_geometry(const Geometry& geometry, Message message, std::string_view where);

}  // namespace alexnet
