#pragma once

#include <string>
#include <vector>

#include "alexnet/formats/run_folder.h"

namespace alexnet::report {

/// Two charts over the epochs: loss (train, val) and accuracy (train, val, the chance of guessing among `classes`),
/// both with the best epoch marked. Equal rows, equal bytes.
[[nodiscard]] std::string curves_svg(const std::vector<EpochRow>& epochs, std::size_t classes);

/// curves.svg of a run, from its metrics.csv and run.json. Without a row it writes nothing.
void write_curves(const RunFolder& run);

}  // namespace alexnet::report
