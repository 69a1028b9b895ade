#pragma once

#include <optional>
#include <string>
#include <vector>

namespace alexnet::charts::detail {

/// Values along one axis: the range that is shown, and round numbers inside it.
struct Axis {
  double low = 0;
  double high = 1;
  double step = 1;
  std::vector<double> ticks;

  /// 0 at low, 1 at high.
  [[nodiscard]] double fraction(double value) const { return (value - low) / (high - low); }
};

struct AxisOptions {
  int ticks = 5;                   ///< about how many
  bool whole = false;              ///< ticks at whole numbers only (epochs)
  bool rounded = false;            ///< the ends become ticks
  bool from_zero = false;          ///< begin at 0 where the values are positive and not far from it
  std::optional<double> low = {};  ///< fixed ends
  std::optional<double> high = {};
};

/// True for a number that can be drawn.
[[nodiscard]] bool is_drawable(double value);
/// An axis over the values; over 0..1 when there are none.
[[nodiscard]] Axis make_axis(const std::vector<double>& values, const AxisOptions& options);
/// A tick's value with as many decimals as the step needs; with `percent`, 0.25 is "25 %".
[[nodiscard]] std::string tick_text(double value, double step, bool percent);
/// One value: three significant digits, or a tenth of a percent.
[[nodiscard]] std::string value_text(double value, bool percent);

}  // namespace alexnet::charts::detail
