#include "serve/run_chart.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "alexnet/charts/chart.h"
#include "alexnet/core/error.h"

namespace alexnet::serve {
namespace {

using Points = std::vector<std::pair<double, double>>;

constexpr std::size_t kMostPoints = 2000;
constexpr double kMostSmooth = 0.99;
constexpr int kHeight = 360;
constexpr int kLeastWidth = 320;
constexpr int kMostWidth = 2000;
constexpr double kSecondsPerMinute = 60;

struct Value {
  const char* label;
  bool percent;
  double EpochRow::*of_epoch;
  double StepRow::*of_step;
};

const std::map<std::string, Value>& values() {
  static const std::map<std::string, Value> all = {
      {"val_top1", {"val top-1", true, &EpochRow::val_top1, nullptr}},
      {"val_top5", {"val top-5", true, &EpochRow::val_top5, nullptr}},
      {"val_loss", {"val loss", false, &EpochRow::val_loss, nullptr}},
      {"train_top1", {"train top-1", true, &EpochRow::train_top1, nullptr}},
      {"train_loss", {"train loss", false, &EpochRow::train_loss, nullptr}},
      {"rate", {"learning rate", false, &EpochRow::rate, nullptr}},
      {"photos_per_second", {"photos/s", false, &EpochRow::photos_per_second, nullptr}},
      {"wait_share", {"waiting for photos", true, &EpochRow::wait_share, nullptr}},
      {"step_loss", {"loss of each step", false, nullptr, &StepRow::loss}},
      {"step_top1", {"top-1 of each step", true, nullptr, &StepRow::top1}}};
  return all;
}

/// Where an epoch or a step stands on the x axis of one run.
class Axis {
 public:
  Axis(std::string_view kind, const std::vector<EpochRow>& epochs, const std::vector<StepRow>& steps) : kind_(kind) {
    for (const EpochRow& row : epochs) {
      seconds_[row.epoch] = row.seconds + (seconds_.empty() ? 0 : seconds_.rbegin()->second);
    }
    for (const StepRow& row : steps) {
      auto [place, fresh] = steps_.try_emplace(row.epoch, row.step, row.step);
      place->second.second = row.step;
    }
  }

  [[nodiscard]] double at(const EpochRow& row) const {
    if (kind_ == "time") {
      return seconds_.at(row.epoch) / kSecondsPerMinute;
    }
    if (kind_ == "step") {
      const auto after = steps_.upper_bound(row.epoch);
      return after == steps_.begin() ? 0 : static_cast<double>(std::prev(after)->second.second);
    }
    return row.epoch;
  }

  /// Inside of an epoch, by its share of the epoch's steps so far.
  [[nodiscard]] double at(const StepRow& row) const {
    if (kind_ == "step") {
      return static_cast<double>(row.step);
    }
    const auto [first, last] = steps_.at(row.epoch);
    const double share = static_cast<double>(row.step - first + 1) / static_cast<double>(last - first + 1);
    if (kind_ == "epoch") {
      return row.epoch - 1 + share;
    }
    const auto before = seconds_.find(row.epoch - 1);
    const auto after = seconds_.find(row.epoch);
    const double begin = before == seconds_.end() ? 0 : before->second;
    return (begin + share * ((after == seconds_.end() ? begin : after->second) - begin)) / kSecondsPerMinute;
  }

 private:
  std::string_view kind_;
  std::map<int, double> seconds_;                               // since the beginning, after the epoch
  std::map<int, std::pair<std::int64_t, std::int64_t>> steps_;  // first and last of the epoch
};

/// The least and the largest of each stretch, in the order in which they came.
Points thinned(const Points& points) {
  if (points.size() <= kMostPoints) {
    return points;
  }
  Points kept;
  const std::size_t stretches = kMostPoints / 2;
  for (std::size_t i = 0; i < stretches; ++i) {
    const auto begin = points.begin() + static_cast<std::ptrdiff_t>(i * points.size() / stretches);
    const auto end = points.begin() + static_cast<std::ptrdiff_t>((i + 1) * points.size() / stretches);
    auto [least, largest] = std::minmax_element(begin, end, [](auto& a, auto& b) { return a.second < b.second; });
    if (largest < least) {
      std::swap(least, largest);
    }
    kept.push_back(*least);
    if (least != largest) {
      kept.push_back(*largest);
    }
  }
  return kept;
}

Points smoothed(const Points& points, double share) {
  Points out;
  double sum = 0;
  double weight = 0;
  for (const auto& [x, y] : points) {
    if (std::isnan(y)) {
      out.emplace_back(x, y);
      continue;
    }
    sum = share * sum + (1 - share) * y;
    weight = share * weight + (1 - share);
    out.emplace_back(x, sum / weight);
  }
  return out;
}

Points points_of(const RunRow& run, const Value& value, const std::string& x) {
  const RunFolder folder = RunFolder::open_to_read(run.folder);
  std::error_code unused;
  if (!std::filesystem::exists(folder.file("metrics.csv"), unused)) {
    return {};
  }
  const auto epochs = folder.epochs();
  const bool reads_steps = value.of_step != nullptr || x == "step";
  const auto steps = reads_steps && std::filesystem::exists(folder.file("steps.csv"), unused) ? folder.steps()
                                                                                              : std::vector<StepRow>();
  const Axis axis(x, epochs, steps);
  Points points;
  if (value.of_epoch != nullptr) {
    for (const EpochRow& row : epochs) {
      points.emplace_back(axis.at(row), row.*value.of_epoch);
    }
  } else {
    for (const StepRow& row : steps) {
      points.emplace_back(axis.at(row), row.*value.of_step);
    }
  }
  return points;
}

void check(const ChartRequest& request) {
  if (request.x != "epoch" && request.x != "step" && request.x != "time") {
    throw Error(Message::kOptionInvalid, {{"where", "x"}, {"expected", "epoch, step or time"}, {"got", request.x}});
  }
  if (request.width < kLeastWidth || request.width > kMostWidth) {
    throw Error(Message::kOptionInvalid,
                {{"where", "width"}, {"expected", "320 to 2000"}, {"got", fmt::format("{}", request.width)}});
  }
  if (!(request.smooth >= 0 && request.smooth <= kMostSmooth)) {
    throw Error(Message::kOptionInvalid,
                {{"where", "smooth"}, {"expected", "0 to 0.99"}, {"got", fmt::format("{}", request.smooth)}});
  }
}

/// "val top-1: first 61.2 %, second 58.0 % (last points)"
std::string finding(const Value& value, const std::vector<charts::Series>& series) {
  std::string text = value.label;
  for (const charts::Series& line : series) {
    if (line.points.empty() || line.dashed) {
      continue;
    }
    const double last = line.points.back().second;
    text += fmt::format("{} {} {}", &line == &series.front() ? ":" : ",", line.name,
                        value.percent ? fmt::format("{:.1f} %", 100 * last) : fmt::format("{:.4g}", last));
  }
  return text + " (last points)";
}

}  // namespace

const std::vector<std::string>& chart_values() {
  static const std::vector<std::string> names = {"val_top1",   "val_top5", "val_loss",          "train_top1",
                                                 "train_loss", "rate",     "photos_per_second", "wait_share",
                                                 "step_loss",  "step_top1"};
  return names;
}

std::string chart_svg(const std::vector<RunRow>& runs, const ChartRequest& request) {
  check(request);
  const auto found = values().find(request.y);
  if (found == values().end()) {
    throw Error(Message::kUnknownName, {{"kind", "value"},
                                        {"where", request.y},
                                        {"nearest", nearest_name(request.y, chart_values())},
                                        {"known", fmt::format("{}", fmt::join(chart_values(), ", "))}});
  }
  const Value& value = found->second;
  charts::LineChart chart;
  chart.title = value.label;
  chart.x_label = request.x == "time" ? "minutes" : request.x;
  chart.y_label = value.label;
  chart.percent = value.percent;
  if (value.percent) {
    chart.y_min = 0;
    chart.y_max = 1;
  }
  const bool smooth = request.smooth > 0 && request.y != "rate";
  for (const RunRow& run : runs) {
    const Points points = points_of(run, value, request.x);
    const Points raw = value.of_step != nullptr ? thinned(points) : points;
    if (smooth) {
      chart.series.push_back({run.id + ", smoothed", thinned(smoothed(points, request.smooth)), false});
    }
    chart.series.push_back({run.id, raw, smooth});
  }
  chart.description = finding(value, chart.series);
  return charts::to_svg({chart}, request.width, kHeight);
}

}  // namespace alexnet::serve
