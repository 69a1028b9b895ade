#pragma once

#include <string>

#include "benchmarks/training_step/measurement.h"

namespace alexnet::benchmarks {

/// The measurement as tables to read.
[[nodiscard]] std::string to_text(const StepMeasurement& measurement);
/// The same as a JSON document.
[[nodiscard]] std::string to_json(const StepMeasurement& measurement);

}  // namespace alexnet::benchmarks
