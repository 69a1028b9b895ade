// Loss, accuracy and rate over the epochs, and why they end.
#include <cmath>

#include "alexnet/charts/chart.h"

#include "core/text.h"
#include "core/words.h"
#include "report/analysis.h"
#include "report/curve_charts.h"
#include "report/sections.h"

namespace alexnet::report {
namespace {

/// Why the curves end where they do: a sentence, and words short enough for a chart.
struct Ending {
  std::string sentence;
  std::string mark;
};

Ending ending_of(const RunRecord& record, const Say& say) {
  const int last = record.epochs.back().epoch;
  const int wanted = record.document.epochs;
  switch (record.document.state) {
    case RunState::kDone:
      if (last < wanted && record.recipe && record.document.best) {
        return {say("It ended because {} epochs brought nothing better (patience {}).",
                    last - record.document.best->epoch, record.recipe->recipe.patience),
                say("end: patience")};
      }
      return {say("It ended because all {} epochs were trained.", wanted), say("end: all trained")};
    case RunState::kStopped:
      return {say("It was stopped after epoch {} of {}.", last, wanted), say("stopped")};
    case RunState::kFailed:
      return {say("It ended with an error after epoch {} of {}.", last, wanted), say("failed")};
    case RunState::kRunning:
      break;
  }
  return {say("Epoch {} of {} was the last when this page was written.", last, wanted), say("so far")};
}

charts::LineChart rate_chart(const std::vector<EpochRow>& epochs, const Say& say) {
  charts::LineChart chart{.title = say("Learning rate"), .x_label = say("epoch"), .y_label = say("rate")};
  chart.y_min = 0;
  charts::Series line{say("rate"), {}, false};
  double most = 0;
  for (const EpochRow& row : epochs) {
    if (row.epoch > 0) {
      line.points.emplace_back(row.epoch, row.rate);
      most = std::max(most, row.rate);
    }
  }
  chart.description =
      say("Of each epoch's last step; at most {}, at last {}.", short_number(most), short_number(epochs.back().rate));
  chart.series.push_back(std::move(line));
  return chart;
}

std::string cell(double value, bool share) {
  if (std::isnan(value)) {
    return "<td class=\"number\"></td>";
  }
  return fmt::format("<td class=\"number\">{}</td>", share ? percent(value) : fmt::format("{:.4f}", value));
}

void put_table(std::string& out, const std::vector<EpochRow>& epochs, const Say& say) {
  put(out, "<details{}><summary>{}</summary>\n<div class=\"scroll\"><table id=\"epochs\" class=\"sortable\">\n", "",
      say("All epochs as a table"));
  out += "<thead><tr>";
  for (const auto& name :
       std::vector<std::string>{say("epoch"), say("train loss"), say("train top-1"), say("val loss"), say("val top-1"),
                                say("val top-5"), say("rate"), say("seconds"), say("photos/s"), say("best")}) {
    put(out, "<th scope=\"col\" class=\"number\">{}</th>", name);
  }
  out += "</tr></thead>\n<tbody>\n";
  for (const EpochRow& row : epochs) {
    put(out,
        "<tr><td class=\"number\">{}</td>{}{}{}{}{}<td class=\"number\">{}</td><td class=\"number\">{:.1f}</td>"
        "<td class=\"number\">{:.1f}</td><td>{}</td></tr>\n",
        row.epoch, cell(row.train_loss, false), cell(row.train_top1, true), cell(row.val_loss, false),
        cell(row.val_top1, true), cell(row.val_top5, true), short_number(row.rate), row.seconds, row.photos_per_second,
        row.best ? say("best so far") : "");
  }
  out += "</tbody></table></div>\n</details>\n";
}

}  // namespace

void put_curves(std::string& out, const ReportSource& source) {
  const RunRecord& record = source.record;
  open_section(out, "curves", source.say("Curves"));
  if (record.epochs.empty()) {
    put_paragraph(out, source.say("No epoch was measured yet."));
    close_section(out);
    return;
  }
  const Ending ending = ending_of(record, source.say);
  put_paragraph(out, ending.sentence);
  auto charts = curve_charts(record.epochs, record.classes().size(), source.say);
  if (record.epochs.size() > 1) {
    charts.push_back(rate_chart(record.epochs, source.say));
  }
  for (charts::LineChart& chart : charts) {
    chart.end = {{static_cast<double>(record.epochs.back().epoch), ending.mark}};
  }
  for (const charts::LineChart& chart : charts) {
    put_chart(
        out, [&](int width, int height) { return charts::to_svg({chart}, width, height); },
        &chart == &charts.back() && charts.size() > 2 ? 240 : 320);
  }
  put_paragraph(
      out,
      source.say(
          "Every point is one epoch; nothing is smoothed. Training values are running means while the weights changed, "
          "with dropout and augmentation: they are not measured as val is. Epoch 0 is the untrained network."),
      "soft");
  put_table(out, record.epochs, source.say);
  close_section(out);
}

}  // namespace alexnet::report
