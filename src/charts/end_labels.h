#pragma once

#include <string>

#include "charts/plot.h"

namespace alexnet::charts::detail {

/// Width that the labels behind the lines take; 0 when there is none.
[[nodiscard]] double end_labels_width(const LineChart& chart);
/// Name and last value of each series behind its end, moved apart where they would overlap.
void put_end_labels(std::string& out, const Plot& plot);

}  // namespace alexnet::charts::detail
