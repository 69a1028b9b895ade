// How far confidence can be trusted.
#include <algorithm>

#include "alexnet/charts/bar_chart.h"
#include "alexnet/charts/chart.h"
#include "alexnet/infer/predictions.h"

#include "core/words.h"
#include "report/sections.h"
#include "report/texts.h"

namespace alexnet::report {
namespace {

std::string fitted_words(const RunRecord& record, const CalibrationReport& report) {
  if (record.calibration && !report.calibration) {
    return fmt::format(texts::kCalibrationOld, record.calibration->temperature);
  }
  if (!report.calibration) {
    return fmt::format(texts::kCalibrationNone, kFewestToCalibrate);
  }
  const Calibration& c = *report.calibration;
  return c.part == record.part ? fmt::format(texts::kCalibrationSame, c.temperature, count(c.photos), c.part)
                               : fmt::format(texts::kCalibrationFitted, c.temperature, count(c.photos), c.part,
                                             count(record.evaluation.count), record.part);
}

void put_figures(std::string& out, const CalibrationReport& report) {
  put(out,
      "<table id=\"calibration-figures\">\n<thead><tr><th></th><th scope=\"col\">{}</th><th scope=\"col\">{}</th>"
      "</tr></thead>\n<tbody>\n",
      texts::kCalibrationEce, texts::kCalibrationNll);
  const auto row = [&](const char* name, const Reliability& r) {
    put(out, "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td class=\"number\">{:.4f}</td></tr>\n", name,
        percent(r.ece), r.nll);
  };
  row(texts::kCalibrationBefore, report.before);
  if (report.after) {
    row(texts::kCalibrationAfter, *report.after);
  }
  out += "</tbody></table>\n";
}

charts::LineChart reliability_chart(const CalibrationReport& report) {
  charts::LineChart chart{
      .title = texts::kReliability, .x_label = texts::kReliabilityX, .y_label = texts::kReliabilityY};
  chart.description =
      fmt::format(texts::kReliabilityAlt, percent(report.before.ece),
                  report.after ? fmt::format(texts::kReliabilityAltAfter, percent(report.after->ece)) : "");
  chart.y_min = 0;
  chart.y_max = 1;
  chart.percent = true;
  const auto series = [](const char* name, const Reliability& r) {
    charts::Series line{name, {}, false};
    for (const ReliabilityBin& bin : r.bins) {
      if (bin.count > 0) {
        line.points.emplace_back(bin.confidence, bin.accuracy);
      }
    }
    return line;
  };
  if (report.after) {
    chart.series.push_back(series(texts::kCalibrationAfter, *report.after));
  }
  chart.series.push_back(series(texts::kCalibrationBefore, report.before));
  chart.series.push_back({texts::kReliabilityIdeal, {{0, 0}, {1, 1}}, true});
  return chart;
}

charts::BarChart counts_chart(const CalibrationReport& report) {
  charts::BarChart chart{.title = texts::kCounts, .x_label = texts::kCountsX, .y_label = texts::kCountsY};
  const auto series = [](const char* name, const Reliability& r) {
    charts::BarSeries bars{name, {}};
    for (const ReliabilityBin& bin : r.bins) {
      bars.values.push_back(static_cast<double>(bin.count));
    }
    return bars;
  };
  const auto& bins = report.after ? report.after->bins : report.before.bins;
  for (const ReliabilityBin& bin : bins) {
    chart.categories.push_back(fmt::format("{:.0f} %", 100 * bin.low));
  }
  const auto most = std::ranges::max_element(bins, {}, &ReliabilityBin::count);
  chart.description = fmt::format(texts::kCountsAlt, range_words(most->low, most->high));
  if (report.after) {
    chart.series.push_back(series(texts::kCalibrationAfter, *report.after));
  }
  chart.series.push_back(series(texts::kCalibrationBefore, report.before));
  return chart;
}

void put_bins(std::string& out, const CalibrationReport& report) {
  put(out,
      "<details><summary>{}</summary>\n<div class=\"scroll\"><table id=\"bins\">\n<thead><tr>"
      "<th scope=\"col\">{}</th>",
      texts::kBinsTable, texts::kCountsX);
  std::vector<const Reliability*> all = {&report.before};
  if (report.after) {
    all.push_back(&*report.after);
  }
  for (const Reliability* r : all) {
    const auto* name = r == &report.before ? texts::kCalibrationBefore : texts::kCalibrationAfter;
    for (const auto* column : texts::kBinColumns) {
      put(out, "<th scope=\"col\">{}, {}</th>", column, name);
    }
  }
  out += "</tr></thead>\n<tbody>\n";
  for (std::size_t b = 0; b < report.before.bins.size(); ++b) {
    put(out, "<tr><td>{}</td>", range_words(report.before.bins[b].low, report.before.bins[b].high));
    for (const Reliability* r : all) {
      const ReliabilityBin& bin = r->bins[b];
      put(out, "<td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td>", bin.count,
          bin.count > 0 ? percent(bin.confidence) : "", bin.count > 0 ? percent(bin.accuracy) : "");
    }
    out += "</tr>\n";
  }
  out += "</tbody></table></div>\n</details>\n";
}

}  // namespace

void put_calibration(std::string& out, const ReportSource& source) {
  const RunRecord& record = source.record;
  open_section(out, "calibration", texts::kNavCalibration);
  if (record.output != OutputKind::kProbabilities) {
    put_paragraph(out, texts::kCalibrationScores);
    close_section(out);
    return;
  }
  const CalibrationReport report = calibration_report_of(record.predictions, record.calibration);
  put_paragraph(out, fitted_words(record, report));
  put_figures(out, report);
  if (report.answered) {
    const auto answered = *report.answered;
    const double right =
        static_cast<double>(report.answered_right) / static_cast<double>(std::max<std::int64_t>(1, answered));
    put_paragraph(out, fmt::format(texts::kAnswered, percent(*report.calibration->threshold), count(answered),
                                   count(record.evaluation.count), percent(right)));
  }
  put_chart(
      out, [&](int width, int height) { return charts::to_svg({reliability_chart(report)}, width, height); }, 360);
  put_chart(
      out, [&](int width, int height) { return charts::to_svg(counts_chart(report), width, height); }, 280);
  put_paragraph(out, fmt::format(texts::kEceMeaning, kReliabilityBins), "soft");
  put_bins(out, report);
  close_section(out);
}

}  // namespace alexnet::report
