#include "alexnet/charts/bar_chart.h"

#include <algorithm>

#include "alexnet/core/error.h"

#include "charts/axis.h"
#include "charts/svg.h"
#include "charts/text.h"

namespace alexnet::charts {
namespace {

using detail::escaped;
using detail::kEdge;
using detail::kLineHeight;
using detail::kTextSize;
using detail::put;
using detail::put_text;

constexpr int kLeastWidth = 320;
constexpr int kLeastHeight = 200;

void check(const BarChart& chart, int width, int height) {
  const bool fits = !chart.series.empty() && !chart.categories.empty() &&
                    std::ranges::all_of(chart.series, [&](const BarSeries& series) {
                      return series.values.size() == chart.categories.size();
                    });
  if (!fits || width < kLeastWidth || height < kLeastHeight) {
    throw Error(
        Message::kWrongCall,
        {{"where", "to_svg"},
         {"expected", fmt::format("a value for each category, and {} x {} at least", kLeastWidth, kLeastHeight)},
         {"got", fmt::format("{} categories, {} series, {} x {}", chart.categories.size(), chart.series.size(), width,
                             height)}});
  }
}

/// The first series is filled, others are hollow.
std::string_view filling(std::size_t series) {
  return series == 0 ? "fill=\"currentColor\"" : "fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.5\"";
}

double put_heading(std::string& out, const BarChart& chart, double width) {
  double y = kEdge + 12;
  put_text(out, kEdge, y, "ax-title", "start", detail::shortened(chart.title, detail::kTitleSize, width - 2 * kEdge));
  for (const std::string& line : detail::wrapped(chart.description, kTextSize, width - 2 * kEdge, 2)) {
    y += kLineHeight + 1;
    put_text(out, kEdge, y, "ax-text", "start", line);
  }
  if (chart.series.size() < 2) {
    return y;
  }
  y += kLineHeight + 4;
  double x = kEdge;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    put(out, "<g class=\"ax-s{}\"><rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"14\" height=\"10\" {}/></g>\n", i, x, y - 10,
        filling(i));
    put_text(out, x + 20, y, "ax-text", "start", chart.series[i].name);
    x += 20 + detail::text_width(chart.series[i].name, kTextSize) + 18;
  }
  return y;
}

}  // namespace

std::string to_svg(const BarChart& chart, int width, int height) {
  check(chart, width, height);
  std::string out;
  put(out,
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" role=\"img\" "
      "font-family=\"system-ui,'Segoe UI',Roboto,'Noto Sans','Noto Sans CJK SC','Microsoft YaHei',sans-serif\">\n",
      width, height);
  put(out, "<title>{}</title>\n<desc>{}</desc>\n{}<rect class=\"ax-paper\" width=\"{}\" height=\"{}\"/>\n",
      escaped(chart.title), escaped(chart.description), detail::style_sheet(), width, height);
  const double top = put_heading(out, chart, width) + 34;
  const double bottom = std::max(height - 46.0, top + 40);
  put_text(out, kEdge, top - 12, "ax-text", "start", chart.y_label);
  std::vector<double> values = {0};
  for (const BarSeries& series : chart.series) {
    values.insert(values.end(), series.values.begin(), series.values.end());
  }
  const auto axis = detail::make_axis(
      values, {.ticks = static_cast<int>((bottom - top) / 42), .rounded = true, .from_zero = true, .low = 0});
  double left = kEdge;
  for (const double tick : axis.ticks) {
    left = std::max(left, kEdge + detail::text_width(detail::tick_text(tick, axis.step, false), kTextSize) + 8);
  }
  const double right = width - kEdge;
  const auto py = [&](double value) { return bottom - axis.fraction(value) * (bottom - top); };
  for (const double tick : axis.ticks) {
    put(out, "<path class=\"ax-grid\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>\n", left, py(tick), right);
    put_text(out, left - 8, py(tick) + 4, "ax-text", "end", detail::tick_text(tick, axis.step, false));
  }
  const double room = (right - left) / static_cast<double>(chart.categories.size());
  const double bar = 0.8 * room / static_cast<double>(chart.series.size());
  double widest = 1;
  for (const std::string& name : chart.categories) {
    widest = std::max(widest, detail::text_width(name, kTextSize) + 6);
  }
  const auto every = static_cast<std::size_t>(std::max(1.0, widest / room + 0.999));
  for (std::size_t c = 0; c < chart.categories.size(); ++c) {
    const double begin = left + (static_cast<double>(c) + 0.1) * room;
    for (std::size_t s = 0; s < chart.series.size(); ++s) {
      const double value = chart.series[s].values[c];
      const double x = begin + static_cast<double>(s) * bar;
      const auto words = detail::value_text(value, false);
      put(out,
          "<g class=\"ax-s{}\"><rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" {}>"
          "<title>{}, {}: {}</title></rect></g>\n",
          s, x + 0.5, py(value), std::max(bar - 1, 1.0), bottom - py(value), filling(s), escaped(chart.series[s].name),
          escaped(chart.categories[c]), words);
      if (value > 0 && detail::text_width(words, kTextSize) <= bar + 4) {
        put_text(out, x + bar / 2, py(value) - 4, "ax-text", "middle", words);
      }
    }
    if (c % every == 0) {
      put_text(out, begin + 0.4 * room, bottom + 19, "ax-text", "middle", chart.categories[c]);
    }
  }
  put(out, "<path class=\"ax-axis\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>\n", left, bottom, right);
  put_text(out, (left + right) / 2, bottom + 36, "ax-text", "middle", chart.x_label);
  out += "</svg>\n";
  return out;
}

}  // namespace alexnet::charts
