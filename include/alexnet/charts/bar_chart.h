#pragma once

#include <string>
#include <vector>

namespace alexnet::charts {

/// Bars of one kind, one a category.
struct BarSeries {
  std::string name;
  std::vector<double> values;  ///< at least 0
};

/// Upright bars side by side, each with its number above; series also differ by their filling.
struct BarChart {
  std::string title = {};
  std::string description = {};  ///< the finding in a sentence: the text alternative
  std::string x_label = {};
  std::string y_label = {};
  std::vector<std::string> categories = {};
  std::vector<BarSeries> series = {};
};

/// As to_svg of line charts. Throws kWrongCall without a category or a series, for a series of another length, or for
/// less than 320 x 200.
[[nodiscard]] std::string to_svg(const BarChart& chart, int width = 860, int height = 280);

}  // namespace alexnet::charts
