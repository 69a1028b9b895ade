#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace alexnet::charts {

/// A line of (x, y) points. NaN breaks it.
struct Series {
  std::string name;
  std::vector<std::pair<double, double>> points;
  bool dashed = false;
};

/// A line chart. Colour is never the only carrier of meaning: series also differ by dash and end label.
struct LineChart {
  std::string title = {};
  std::string description = {};  ///< the finding in a sentence: the text alternative
  std::string x_label = {};
  std::string y_label = {};
  std::vector<Series> series = {};
  std::optional<double> y_min = {};
  std::optional<double> y_max = {};
  bool percent = false;                                          ///< y in 0..1 shown as 0..100 %
  std::optional<std::pair<double, std::string>> mark = {};       ///< vertical line with its words (best epoch)
  std::optional<std::pair<double, std::string>> end = {};        ///< another, with its words below it (why it ended)
  std::optional<std::pair<double, std::string>> reference = {};  ///< horizontal line with its words (chance)
};

/// Charts one below the other in one self-contained SVG: no script, no outside font or request; readable in light and
/// dark (prefers-color-scheme); <title> and <desc> in it. Same input, same bytes. Throws kWrongCall without a chart or
/// for less than 320 x 200 each.
[[nodiscard]] std::string to_svg(const std::vector<LineChart>& charts, int width = 860, int height_each = 320);

}  // namespace alexnet::charts
