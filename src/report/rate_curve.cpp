#include "alexnet/report/rate_curve.h"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "alexnet/charts/chart.h"

namespace alexnet::report {
namespace {

/// Losses above `limit` are left out: where a training diverges they leave every scale.
charts::Series series(const RateSearch& search, const char* name, double RatePoint::*member, double limit,
                      bool dashed) {
  charts::Series line{name, {}, dashed};
  for (const RatePoint& point : search.points) {
    const double loss = point.*member;
    line.points.emplace_back(std::log10(point.rate), loss <= limit ? loss : std::numeric_limits<double>::quiet_NaN());
  }
  return line;
}

}  // namespace

std::string reason_words(const RateSearch& search) {
  if (search.points.empty()) {
    return "No step was made.";
  }
  const RatePoint& last = search.points.back();
  const std::string end = search.end == RateSearchEnd::kDiverged
                              ? fmt::format("it diverged at {:.2g}", last.rate)
                              : fmt::format("it had not diverged at {:.2g}, where the search ended", last.rate);
  if (search.suggested == 0) {
    return fmt::format(
        "The loss began at {:.3f} and never fell clearly below it; {}. Try more --steps, a larger --batch, or another "
        "--optimizer.",
        search.points.front().loss, end);
  }
  return fmt::format("The loss was least at a rate of {:.2g}; {}. A tenth of the former leaves room for momentum.",
                     search.least_loss_rate, end);
}

std::string rate_curve_svg(const RateSearch& search) {
  charts::LineChart chart;
  chart.title = "Loss while the learning rate rises";
  chart.description = reason_words(search);
  chart.x_label = "learning rate, power of ten";
  chart.y_label = "loss";
  chart.y_min = 0;
  const double limit = search.points.empty() ? 1 : 2 * search.points.front().loss;
  chart.y_max = limit;
  chart.series = {series(search, "of a step", &RatePoint::loss, limit, true),
                  series(search, "smoothed", &RatePoint::smoothed, limit, false)};
  if (search.suggested > 0) {
    chart.mark = {{std::log10(search.suggested), fmt::format("suggested: {:.2g}", search.suggested)}};
  }
  return charts::to_svg({chart});
}

}  // namespace alexnet::report
