#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "serve/run_list.h"

namespace alexnet::serve {

/// What a chart over several runs shows.
struct ChartRequest {
  std::string y = "val_top1";  ///< a name of chart_values()
  std::string x = "epoch";     ///< epoch, step, time
  /// Share of the past in a smoothed value, 0 (off) to 0.99: s[i] = smooth * s[i-1] + (1 - smooth) * y[i], divided by
  /// the weights so far. Never applied to the learning rate; the points as measured are always drawn.
  double smooth = 0;
  int width = 860;  ///< in pixels, 320 to 2000
};

/// "val_top1", "train_loss", ..., and "step_loss", "step_top1" with a point an update.
[[nodiscard]] const std::vector<std::string>& chart_values();

/// One line a run (two when smoothed), as SVG. Of more than two thousand updates the least and the largest of each
/// stretch are drawn; epochs are never thinned. Throws kUnknownName, kOptionInvalid for what it cannot draw.
[[nodiscard]] std::string chart_svg(const std::vector<RunRow>& runs, const ChartRequest& request);

}  // namespace alexnet::serve
