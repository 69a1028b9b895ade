#pragma once

#include <optional>
#include <string>

#include "alexnet/infer/calibration.h"

namespace alexnet::cli {

/// Two lines at most behind a training: what was found on val, and what it is worth on test.
[[nodiscard]] std::string calibration_words(const Calibration& calibration,
                                            const std::optional<CalibrationReport>& on_test);
/// What `evaluate` says: errors before and after the temperature, the threshold, the photos of each bin. `same_photos`:
/// they are those that the temperature was found on.
[[nodiscard]] std::string calibration_table(const CalibrationReport& report, bool same_photos);

}  // namespace alexnet::cli
