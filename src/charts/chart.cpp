#include "alexnet/charts/chart.h"

#include <algorithm>
#include <cmath>

#include "alexnet/core/error.h"

#include "charts/axis.h"
#include "charts/end_labels.h"
#include "charts/plot.h"
#include "charts/svg.h"
#include "charts/text.h"

namespace alexnet::charts {
namespace {

using detail::Axis;
using detail::escaped;
using detail::Frame;
using detail::is_point;
using detail::kColours;
using detail::kEdge;
using detail::kLineHeight;
using detail::kTextSize;
using detail::put;
using detail::put_text;
using detail::text_width;

constexpr int kLeastWidth = 320;
constexpr int kLeastHeight = 200;

/// The x (`first`) or y (`second`) of every point, and the extra value where it can be drawn.
std::vector<double> values_of(const LineChart& chart, double std::pair<double, double>::*part,
                              const std::optional<std::pair<double, std::string>>& extra) {
  std::vector<double> values;
  for (const Series& series : chart.series) {
    for (const auto& point : series.points) {
      if (is_point(point)) {
        values.push_back(point.*part);
      }
    }
  }
  if (extra && detail::is_drawable(extra->first)) {
    values.push_back(extra->first);
  }
  return values;
}

Axis x_axis(const LineChart& chart, double width) {
  const std::vector<double> values = values_of(chart, &std::pair<double, double>::first, chart.mark);
  const bool whole = std::all_of(values.begin(), values.end(), [](double x) { return x == std::floor(x); });
  return detail::make_axis(values, {.ticks = static_cast<int>(width / 80), .whole = whole});
}

Axis y_axis(const LineChart& chart, double height) {
  return detail::make_axis(values_of(chart, &std::pair<double, double>::second, chart.reference),
                           {.ticks = static_cast<int>(height / 42),
                            .rounded = true,
                            .from_zero = true,
                            .low = chart.y_min,
                            .high = chart.y_max});
}

/// Rows of line samples with their names from `left` to `right`; returns how many rows.
int put_legend(std::string& out, const LineChart& chart, double left, double right, double baseline) {
  double x = left;
  int rows = 1;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const std::string name = detail::shortened(chart.series[i].name, kTextSize, 220, 0.5);
    const double width = 36 + text_width(name, kTextSize) + 14;
    if (x > left && x + width > right) {
      x = left;
      ++rows;
    }
    const double y = baseline + (rows - 1) * kLineHeight;
    put(out, "<g class=\"ax-s{}\"><path class=\"ax-line\"{} d=\"M{:.1f} {:.1f}h28\"/></g>\n", i % kColours,
        detail::dash_of(chart, i), x, y - 4);
    put_text(out, x + 35, y, "ax-text", "start", name);
    x += width;
  }
  return rows;
}

/// Title, the finding in words and the legend; returns the height they take.
double put_heading(std::string& out, const LineChart& chart, double width) {
  double y = kEdge + 12;
  put_text(out, kEdge, y, "ax-title", "start", detail::shortened(chart.title, detail::kTitleSize, width - 2 * kEdge));
  for (const std::string& line : detail::wrapped(chart.description, kTextSize, width - 2 * kEdge, 2)) {
    y += kLineHeight + 1;
    put_text(out, kEdge, y, "ax-text", "start", line);
  }
  if (chart.series.size() > 1) {
    y += kLineHeight + 4;
    y += (put_legend(out, chart, kEdge, width - kEdge, y) - 1) * kLineHeight;
  }
  return y;
}

void put_chart(std::string& out, const LineChart& chart, int width, int height) {
  const double heading = put_heading(out, chart, width);
  Frame frame{.left = kEdge, .top = heading + 34, .right = width - kEdge, .bottom = height - 46.0};
  frame.bottom = std::max(frame.bottom, frame.top + 40);
  const Axis y = y_axis(chart, frame.bottom - frame.top);
  double labels = 0;
  for (const double tick : y.ticks) {
    labels = std::max(labels, text_width(detail::tick_text(tick, y.step, chart.percent), kTextSize));
  }
  frame.left += labels + 8;
  const double names = detail::end_labels_width(chart);
  frame.right = std::max(frame.right - names, frame.left + 40);
  const detail::Plot plot{chart, frame, x_axis(chart, frame.right - frame.left), y};
  detail::put_axes(out, plot);
  if (names == 0) {
    put_text(out, (frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2, "ax-text", "middle", "no values yet");
    return;
  }
  detail::put_mark(out, plot);
  detail::put_series(out, plot);
  detail::put_reference(out, plot);
  detail::put_end(out, plot);
  detail::put_end_labels(out, plot);
}

}  // namespace

std::string to_svg(const std::vector<LineChart>& charts, int width, int height_each) {
  if (charts.empty() || width < kLeastWidth || height_each < kLeastHeight) {
    throw Error(Message::kWrongCall,
                {{"where", "to_svg"},
                 {"expected", fmt::format("one chart or more, each of at least {} x {}", kLeastWidth, kLeastHeight)},
                 {"got", fmt::format("{} charts of {} x {}", charts.size(), width, height_each)}});
  }
  const int height = height_each * static_cast<int>(charts.size());
  std::string out;
  put(out,
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" role=\"img\" "
      "font-family=\"system-ui,'Segoe UI',Roboto,'Noto Sans','Noto Sans CJK SC','Microsoft YaHei',sans-serif\">\n",
      width, height);
  std::string title;
  std::string description;
  for (const LineChart& chart : charts) {
    title += (title.empty() ? "" : "; ") + escaped(chart.title);
    description += (description.empty() ? "" : " ") + escaped(chart.description);
  }
  put(out, "<title>{}</title>\n<desc>{}</desc>\n{}", title, description, detail::style_sheet());
  put(out, "<rect class=\"ax-paper\" width=\"{}\" height=\"{}\"/>\n", width, height);
  for (std::size_t i = 0; i < charts.size(); ++i) {
    put(out, "<g transform=\"translate(0 {})\">\n", static_cast<int>(i) * height_each);
    put_chart(out, charts[i], width, height_each);
    out += "</g>\n";
  }
  out += "</svg>\n";
  return out;
}

}  // namespace alexnet::charts
