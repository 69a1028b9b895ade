#pragma once

#include <string>
#include <utility>

#include "alexnet/charts/chart.h"

#include "charts/axis.h"

namespace alexnet::charts::detail {

/// Where the lines of a chart are drawn.
struct Frame {
  double left = 0;
  double top = 0;
  double right = 0;
  double bottom = 0;
};

/// A chart with its axes and the place of its plot.
struct Plot {
  const LineChart& chart;
  Frame frame;
  Axis x;
  Axis y;

  [[nodiscard]] double px(double value) const { return frame.left + x.fraction(value) * (frame.right - frame.left); }
  [[nodiscard]] double py(double value) const { return frame.bottom - y.fraction(value) * (frame.bottom - frame.top); }
};

[[nodiscard]] bool is_point(const std::pair<double, double>& point);
/// The stroke-dasharray attribute of a series, or nothing: unlike those of the series before it.
[[nodiscard]] std::string dash_of(const LineChart& chart, std::size_t series);

// The parts of a plot, from back to front.
void put_axes(std::string& out, const Plot& plot);
void put_mark(std::string& out, const Plot& plot);
void put_end(std::string& out, const Plot& plot);
void put_series(std::string& out, const Plot& plot);
void put_reference(std::string& out, const Plot& plot);

}  // namespace alexnet::charts::detail
