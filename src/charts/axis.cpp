#include "charts/axis.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace alexnet::charts::detail {
namespace {

/// 1, 2 or 5 times a power of ten, not much below `rough`.
double round_step(double rough) {
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= 0.7 * rough) {
      return factor * power;
    }
  }
  return 10.0 * power;
}

}  // namespace

bool is_drawable(double value) { return std::isfinite(value) && std::abs(value) < 1e300; }

Axis make_axis(const std::vector<double>& values, const AxisOptions& options) {
  Axis axis;
  if (!values.empty()) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    axis.low = *low;
    axis.high = *high;
  }
  if (options.from_zero && axis.low > 0 && axis.low < 0.6 * axis.high) {
    axis.low = 0;
  }
  axis.low = options.low.value_or(axis.low);
  axis.high = options.high.value_or(axis.high);
  // One value, or an upside-down range: room on both sides, but never below a zero that nothing crosses.
  const double least = 1e-9 * std::max(std::abs(axis.low), std::abs(axis.high));
  if (!(axis.high - axis.low > least)) {
    const double room = options.whole ? 1.0 : std::max(std::abs(axis.low) * 0.1, 1e-6);
    axis.high = axis.low + room;
    axis.low -= options.low ? 0 : room;
  }
  axis.step = round_step((axis.high - axis.low) / std::max(1, options.ticks));
  if (options.whole) {
    axis.step = std::max(1.0, axis.step);
  }
  if (options.rounded) {
    axis.low = options.low ? axis.low : std::floor(axis.low / axis.step + 1e-9) * axis.step;
    axis.high = options.high ? axis.high : std::ceil(axis.high / axis.step - 1e-9) * axis.step;
  }
  const double first = std::ceil(axis.low / axis.step - 1e-9);
  const double count = std::floor(axis.high / axis.step + 1e-9) - first;
  for (int i = 0; i <= static_cast<int>(std::min(count, 100.0)); ++i) {
    axis.ticks.push_back((first + i) * axis.step);
  }
  return axis;
}

std::string tick_text(double value, double step, bool percent) {
  const double scale = percent ? 100.0 : 1.0;
  const double shown = std::abs(value) < step * 1e-6 ? 0.0 : value * scale;
  const double decimals = std::max(0.0, -std::floor(std::log10(step * scale) + 1e-9));
  const bool plain = decimals <= 6 && std::abs(shown) < 1e7;
  return (plain ? fmt::format("{:.{}f}", shown, static_cast<int>(decimals)) : fmt::format("{:.3g}", shown)) +
         (percent ? " %" : "");
}

std::string value_text(double value, bool percent) {
  return percent ? fmt::format("{:.1f} %", 100 * value) : fmt::format("{:.3g}", value);
}

}  // namespace alexnet::charts::detail
