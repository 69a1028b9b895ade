// The curves of docs/scaling/curves.csv as SVG: a chart for each speed of the links, a line for each way.
//
//     draw_scaling CURVES.csv NODE CHARTS.svg

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "alexnet/charts/chart.h"
#include "alexnet/core/files.h"

#include "../csv_fields.h"

namespace {

/// The one of that name, added where there is none.
template <class T>
T& named(std::vector<T>& all, const std::string& name, std::string T::*member) {
  const auto found = std::ranges::find(all, name, member);
  if (found != all.end()) {
    return *found;
  }
  all.emplace_back();
  all.back().*member = name;
  return all.back();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: draw_scaling CURVES.csv NODE CHARTS.svg\n";
    return 2;
  }
  using alexnet::charts::LineChart;
  using alexnet::charts::Series;
  std::vector<LineChart> charts;
  std::ifstream in(argv[1]);
  for (std::string line; std::getline(in, line);) {
    const auto fields = fields_of(line);  // node,gbit_s,way,nodes,photos_s,efficiency
    if (fields.size() != 6 || fields[0] != argv[2]) {
      continue;
    }
    LineChart& chart = named(charts, "links of " + fields[1] + " Gbit/s", &LineChart::title);
    Series& series = named(chart.series, fields[2], &Series::name);
    series.dashed = fields[2].starts_with("published");
    series.points.emplace_back(std::log2(std::stod(fields[3])), std::stod(fields[5]));
  }
  for (LineChart& chart : charts) {
    chart.x_label = "doublings of one node: 10 = 1,024 nodes";
    chart.y_label = "share of linear speed-up";
    chart.y_min = 0;
    chart.y_max = 1.1;
    chart.percent = true;
    for (const Series& series : chart.series) {
      chart.description += fmt::format("{}: {:.0f} % at {:.0f} nodes. ", series.name, 100 * series.points.back().second,
                                       std::exp2(series.points.back().first));
    }
  }
  alexnet::write_file_atomically(argv[3], alexnet::charts::to_svg(charts));
  return 0;
}
