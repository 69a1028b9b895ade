#pragma once

#include <nlohmann/json.hpp>

#include "alexnet/core/tensor.h"

namespace alexnet::explain {

/// The maps of a layer (or the units of a dense one, a cell each) side by side in one grey picture. A value v is the
/// grey level 8 * round(31 v / largest) where there are none below 0 (`positive`), else 8 * (16 + round(15 v /
/// largest)) (`signed`): few levels pack well, and the page colours them. Of more cells than are worth sending the
/// first maps are shown.
[[nodiscard]] nlohmann::ordered_json maps_json(const Tensor& activation);

}  // namespace alexnet::explain
