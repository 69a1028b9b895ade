#pragma once

#include <nlohmann/json_fwd.hpp>

#include "alexnet/formats/run_folder.h"

namespace alexnet {

/// A row of metrics.csv as JSON; NaN is null. One form for run.json and checkpoints.
[[nodiscard]] nlohmann::ordered_json to_value(const EpochRow& row);
[[nodiscard]] EpochRow epoch_row_from(const nlohmann::ordered_json& value);

}  // namespace alexnet
