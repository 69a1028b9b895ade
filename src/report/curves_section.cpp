// Loss, accuracy and rate over the epochs, and why they end.
#include <cmath>

#include "alexnet/charts/chart.h"

#include "core/text.h"
#include "core/words.h"
#include "report/analysis.h"
#include "report/curve_charts.h"
#include "report/sections.h"
#include "report/texts.h"

namespace alexnet::report {
namespace {

/// Why the curves end where they do: a sentence, and words short enough for a chart.
struct Ending {
  std::string sentence;
  const char* mark = "";
};

Ending ending_of(const RunRecord& record) {
  const int last = record.epochs.back().epoch;
  const int wanted = record.document.epochs;
  switch (record.document.state) {
    case RunState::kDone:
      if (last < wanted && record.recipe && record.document.best) {
        return {fmt::format(texts::kStopPatience, last - record.document.best->epoch, record.recipe->recipe.patience),
                texts::kMarkPatience};
      }
      return {fmt::format(texts::kStopDone, wanted), texts::kMarkDone};
    case RunState::kStopped:
      return {fmt::format(texts::kStopStopped, last, wanted), texts::kMarkStopped};
    case RunState::kFailed:
      return {fmt::format(texts::kStopFailed, last, wanted), texts::kMarkFailed};
    case RunState::kRunning:
      break;
  }
  return {fmt::format(texts::kStopRunning, last, wanted), texts::kMarkRunning};
}

charts::LineChart rate_chart(const std::vector<EpochRow>& epochs) {
  charts::LineChart chart{.title = texts::kRate, .x_label = texts::kEpoch, .y_label = texts::kAxisRate};
  chart.y_min = 0;
  charts::Series line{texts::kAxisRate, {}, false};
  double most = 0;
  for (const EpochRow& row : epochs) {
    if (row.epoch > 0) {
      line.points.emplace_back(row.epoch, row.rate);
      most = std::max(most, row.rate);
    }
  }
  chart.description = fmt::format(texts::kRateAlt, short_number(most), short_number(epochs.back().rate));
  chart.series.push_back(std::move(line));
  return chart;
}

std::string cell(double value, bool share) {
  if (std::isnan(value)) {
    return "<td class=\"number\"></td>";
  }
  return fmt::format("<td class=\"number\">{}</td>", share ? percent(value) : fmt::format("{:.4f}", value));
}

void put_table(std::string& out, const std::vector<EpochRow>& epochs) {
  put(out, "<details{}><summary>{}</summary>\n<div class=\"scroll\"><table id=\"epochs\" class=\"sortable\">\n", "",
      texts::kCurvesTable);
  out += "<thead><tr>";
  for (const auto* name : texts::kEpochColumns) {
    put(out, "<th scope=\"col\" class=\"number\">{}</th>", name);
  }
  out += "</tr></thead>\n<tbody>\n";
  for (const EpochRow& row : epochs) {
    put(out,
        "<tr><td class=\"number\">{}</td>{}{}{}{}{}<td class=\"number\">{}</td><td class=\"number\">{:.1f}</td>"
        "<td class=\"number\">{:.1f}</td><td>{}</td></tr>\n",
        row.epoch, cell(row.train_loss, false), cell(row.train_top1, true), cell(row.val_loss, false),
        cell(row.val_top1, true), cell(row.val_top5, true), short_number(row.rate), row.seconds, row.photos_per_second,
        row.best ? texts::kBestSoFar : "");
  }
  out += "</tbody></table></div>\n</details>\n";
}

}  // namespace

void put_curves(std::string& out, const ReportSource& source) {
  const RunRecord& record = source.record;
  open_section(out, "curves", texts::kNavCurves);
  if (record.epochs.empty()) {
    put_paragraph(out, texts::kNoEpochs);
    close_section(out);
    return;
  }
  const Ending ending = ending_of(record);
  put_paragraph(out, ending.sentence);
  auto charts = curve_charts(record.epochs, record.classes().size());
  if (record.epochs.size() > 1) {
    charts.push_back(rate_chart(record.epochs));
  }
  for (charts::LineChart& chart : charts) {
    chart.end = {{static_cast<double>(record.epochs.back().epoch), ending.mark}};
  }
  for (const charts::LineChart& chart : charts) {
    put_chart(
        out, [&](int width, int height) { return charts::to_svg({chart}, width, height); },
        &chart == &charts.back() && charts.size() > 2 ? 240 : 320);
  }
  put_paragraph(out, texts::kCurvesNote, "soft");
  put_table(out, record.epochs);
  close_section(out);
}

}  // namespace alexnet::report
