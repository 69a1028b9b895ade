#include "charts/end_labels.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "charts/svg.h"
#include "charts/text.h"

namespace alexnet::charts::detail {
namespace {

constexpr double kLabelOffset = 15;  // from the plot
constexpr double kLabelGap = 15;     // between the baselines of neighbouring labels

struct EndLabel {
  std::size_t series = 0;
  double x = 0;  // the last point: its values, then its place
  double y = 0;
  double label_y = 0;  // where its label stands
  std::string text;
};

std::string end_text(const LineChart& chart, const Series& series, double value) {
  const std::string number = value_text(value, chart.percent);
  return shortened(series.name, kTextSize, 150, 0.5) + (series.name.empty() ? "" : " ") + number;
}

std::vector<EndLabel> end_labels(const LineChart& chart) {
  std::vector<EndLabel> labels;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const auto& points = chart.series[i].points;
    const auto last = std::find_if(points.rbegin(), points.rend(), is_point);
    if (last != points.rend()) {
      labels.push_back({i, last->first, last->second, 0, end_text(chart, chart.series[i], last->second)});
    }
  }
  return labels;
}

/// Down from the top, each at least a line below the one before; then up from the bottom, where they ran out of it.
void spread(std::vector<EndLabel>& labels, const Frame& frame) {
  std::stable_sort(labels.begin(), labels.end(), [](const EndLabel& a, const EndLabel& b) { return a.y < b.y; });
  double least = frame.top;
  for (EndLabel& label : labels) {
    label.label_y = std::max(std::clamp(label.y, frame.top, frame.bottom), least);
    least = label.label_y + kLabelGap;
  }
  double most = frame.bottom;
  std::for_each(labels.rbegin(), labels.rend(), [&](EndLabel& label) {
    label.label_y = std::min(label.label_y, most);
    most = label.label_y - kLabelGap;
  });
}

}  // namespace

double end_labels_width(const LineChart& chart) {
  double width = 0;
  for (const EndLabel& label : end_labels(chart)) {
    width = std::max(width, kLabelOffset + 1.15 * text_width(label.text, kTextSize));  // set in bold
  }
  return width;
}

void put_end_labels(std::string& out, const Plot& plot) {
  std::vector<EndLabel> labels = end_labels(plot.chart);
  for (EndLabel& label : labels) {
    label.x = plot.px(label.x);
    label.y = plot.py(label.y);
  }
  spread(labels, plot.frame);
  const double right = plot.frame.right;
  for (const EndLabel& label : labels) {
    put(out, "<g class=\"ax-s{}\">\n", label.series % kColours);
    const double y = std::clamp(label.y, plot.frame.top, plot.frame.bottom);
    if (std::abs(label.label_y - y) > 2 || label.x < right - 1) {
      put(out, "<path class=\"ax-lead\" d=\"M{:.1f} {:.1f}H{:.1f}L{:.1f} {:.1f}\"/>\n", std::min(label.x + 5, right), y,
          right + 2, right + 12, label.label_y);
    }
    put_text(out, right + kLabelOffset, label.label_y + 4, "ax-label", "start", label.text);
    out += "</g>\n";
  }
}

}  // namespace alexnet::charts::detail
