#pragma once

#include <vector>

#include "alexnet/charts/chart.h"
#include "alexnet/formats/run_folder.h"

#include "core/say.h"

namespace alexnet::report {

/// Loss and accuracy over the epochs: what curves_svg draws.
[[nodiscard]] std::vector<charts::LineChart> curve_charts(const std::vector<EpochRow>& epochs, std::size_t classes,
                                                          const Say& say = Say());

}  // namespace alexnet::report
