#include "charts/plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "charts/svg.h"
#include "charts/text.h"

namespace alexnet::charts::detail {
namespace {

constexpr std::size_t kMostNamed = 200;  // points that tell their value when pointed at

/// Strokes of the first, second and third series that are not dashed, and of those that are.
constexpr std::array<std::string_view, 3> kSolid = {"", "1 5", "14 4 2 4"};
constexpr std::array<std::string_view, 3> kDashed = {"7 5", "4 4", "10 4 4 4"};

/// A line broken at NaN, and every point as a dot, so that a point alone is seen too.
void put_one_series(std::string& out, const Plot& plot, std::size_t index) {
  const Series& series = plot.chart.series[index];
  const auto count = static_cast<std::size_t>(std::count_if(series.points.begin(), series.points.end(), is_point));
  const bool named = count <= kMostNamed;
  std::string line;
  std::string dots;
  bool pen_down = false;
  for (const auto& point : series.points) {
    if (!is_point(point)) {
      pen_down = false;
      continue;
    }
    const double x = plot.px(point.first);
    const double y = plot.py(point.second);
    put(line, "{}{:.1f} {:.1f}", pen_down ? "L" : "M", x, y);
    pen_down = true;
    if (named) {
      put(dots, "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\"><title>{}, {} {:g}: {}</title></circle>\n", x, y,
          count <= 60 ? 3 : 2, escaped(series.name), escaped(plot.chart.x_label), point.first,
          value_text(point.second, plot.chart.percent));
    } else {
      put(dots, "M{:.1f} {:.1f}h0", x, y);
    }
  }
  put(out, "<path class=\"{}\"{} d=\"{}\"/>\n", named ? "ax-line" : "ax-line ax-thin", dash_of(plot.chart, index),
      line);
  out += named ? dots : fmt::format("<path class=\"ax-line ax-dots\" d=\"{}\"/>\n", dots);
}

}  // namespace

bool is_point(const std::pair<double, double>& point) { return is_drawable(point.first) && is_drawable(point.second); }

std::string dash_of(const LineChart& chart, std::size_t index) {
  const bool dashed = chart.series[index].dashed;
  const auto before = std::count_if(chart.series.begin(), chart.series.begin() + static_cast<std::ptrdiff_t>(index),
                                    [&](const Series& s) { return s.dashed == dashed; });
  const std::string_view pattern = (dashed ? kDashed : kSolid)[static_cast<std::size_t>(before) % kSolid.size()];
  return pattern.empty() ? "" : fmt::format(" stroke-dasharray=\"{}\"", pattern);
}

void put_axes(std::string& out, const Plot& plot) {
  const Frame& f = plot.frame;
  for (const double tick : plot.y.ticks) {
    const double y = plot.py(tick);
    put(out, "<path class=\"ax-grid\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>\n", f.left, y, f.right);
    put_text(out, f.left - 8, y + 4, "ax-text", "end", tick_text(tick, plot.y.step, plot.chart.percent));
  }
  put(out, "<path class=\"ax-axis\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>\n", f.left, f.bottom, f.right);
  for (const double tick : plot.x.ticks) {
    const double x = plot.px(tick);
    put(out, "<path class=\"ax-axis\" d=\"M{:.1f} {:.1f}v5\"/>\n", x, f.bottom);
    put_text(out, x, f.bottom + 19, "ax-text", "middle", tick_text(tick, plot.x.step, false));
  }
  put_text(out, (f.left + f.right) / 2, f.bottom + 36, "ax-text", "middle", plot.chart.x_label);
  put_text(out, kEdge, f.top - 12, "ax-text", "start", plot.chart.y_label);
}

void put_reference(std::string& out, const Plot& plot) {
  if (!plot.chart.reference || !is_drawable(plot.chart.reference->first)) {
    return;
  }
  const Frame& f = plot.frame;
  const double y = plot.py(plot.chart.reference->first);
  if (y < f.top - 0.5 || y > f.bottom + 0.5) {
    return;
  }
  put(out, "<path class=\"ax-rule\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>\n", f.left, y, f.right);
  put_text(out, f.right - 4, y > f.top + 20 ? y - 5 : y + 15, "ax-text ax-halo", "end", plot.chart.reference->second);
}

void put_mark(std::string& out, const Plot& plot) {
  if (!plot.chart.mark || !is_drawable(plot.chart.mark->first)) {
    return;
  }
  const Frame& f = plot.frame;
  const double x = plot.px(plot.chart.mark->first);
  put(out, "<path class=\"ax-rule\" d=\"M{:.1f} {:.1f}V{:.1f}\"/>\n", x, f.top - 6, f.bottom);
  // Above the plot, beside the name of the y axis.
  const double half = text_width(plot.chart.mark->second, kTextSize) / 2;
  const double least = kEdge + text_width(plot.chart.y_label, kTextSize) + 12 + half;
  const double most = std::max(least, f.right + 8 - half);
  put_text(out, std::clamp(x, least, most), f.top - 12, "ax-text", "middle", plot.chart.mark->second);
}

void put_end(std::string& out, const Plot& plot) {
  if (!plot.chart.end || !is_drawable(plot.chart.end->first)) {
    return;
  }
  const Frame& f = plot.frame;
  const double x = plot.px(plot.chart.end->first);
  put(out, "<path class=\"ax-rule\" d=\"M{:.1f} {:.1f}V{:.1f}\"/>\n", x, f.top, f.bottom);
  // Below the axis, beside its name.
  put_text(out, x, f.bottom + 36, "ax-text", "end", plot.chart.end->second);
}

/// The inner svg clips what lies outside a fixed range; its coordinates are the outer ones.
void put_series(std::string& out, const Plot& plot) {
  const Frame& f = plot.frame;
  const double x = f.left - 4;
  const double y = f.top - 4;
  put(out,
      "<svg x=\"{0:.1f}\" y=\"{1:.1f}\" width=\"{2:.1f}\" height=\"{3:.1f}\" viewBox=\"{0:.1f} {1:.1f} {2:.1f} "
      "{3:.1f}\">\n",
      x, y, f.right - x + 4, f.bottom - y + 4);
  for (std::size_t i = 0; i < plot.chart.series.size(); ++i) {
    put(out, "<g class=\"ax-s{}\" fill=\"currentColor\">\n", i % kColours);
    put_one_series(out, plot, i);
    out += "</g>\n";
  }
  out += "</svg>\n";
}

}  // namespace alexnet::charts::detail
