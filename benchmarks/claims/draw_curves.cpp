// Validation accuracy by epoch of docs/claims/curves.csv as SVG: one line a case, the mean of its seeds.
//
//     draw_curves CURVES.csv CHART.svg "title" CASE[:RATE]...

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "alexnet/charts/chart.h"
#include "alexnet/core/files.h"

#include "../csv_fields.h"

namespace {

/// Sum and number of what the seeds reached.
struct Mean {
  double sum = 0;
  int count = 0;
};

/// By epoch: the mean over seeds of a case's column; "case" or "case:rate".
std::map<int, Mean> curve_of(const std::filesystem::path& file, const std::string& wanted, std::size_t column) {
  const std::string name = wanted.substr(0, wanted.find(':'));
  const std::string rate = name.size() < wanted.size() ? wanted.substr(name.size() + 1) : "";
  std::map<int, Mean> curve;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const auto fields = fields_of(line);  // case,seed,rate,epoch,train_top1,val_top1
    if (fields.size() == 6 && fields[0] == name && fields[2] == rate) {
      Mean& mean = curve[std::stoi(fields[3])];
      mean.sum += std::stod(fields[column]);
      mean.count += 1;
    }
  }
  return curve;
}

alexnet::charts::LineChart chart_of(const std::filesystem::path& file, const std::string& title,
                                    const std::vector<std::string>& cases, std::size_t column) {
  alexnet::charts::LineChart chart;
  chart.title = title;
  chart.x_label = "epoch";
  chart.y_label = "top-1";
  chart.y_min = 0;
  chart.percent = true;
  for (const std::string& name : cases) {
    alexnet::charts::Series line;
    line.name = name;
    int seeds = 0;
    for (const auto& [epoch, mean] : curve_of(file, name, column)) {
      seeds = std::max(seeds, mean.count);
      if (mean.count == seeds) {  // a seed that got there sooner has no later epochs: the mean of the others would jump
        line.points.emplace_back(epoch, mean.sum / mean.count);
      }
    }
    if (!line.points.empty()) {
      chart.description += fmt::format("{} ends at {:.1f} %. ", name, 100 * line.points.back().second);
      chart.series.push_back(std::move(line));
    }
  }
  return chart;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::cerr << "usage: draw_curves CURVES.csv CHART.svg TITLE CASE...\n";
    return 2;
  }
  const std::vector<std::string> cases(argv + 4, argv + argc);
  const std::string title = argv[3];
  alexnet::write_file_atomically(argv[2],
                                 alexnet::charts::to_svg({chart_of(argv[1], title + ", training", cases, 4),
                                                          chart_of(argv[1], title + ", validation", cases, 5)}));
  return 0;
}
