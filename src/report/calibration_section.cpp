// How far confidence can be trusted.
#include <algorithm>

#include "alexnet/charts/bar_chart.h"
#include "alexnet/charts/chart.h"
#include "alexnet/infer/predictions.h"

#include "core/words.h"
#include "report/sections.h"

namespace alexnet::report {
namespace {

std::string fitted_words(const RunRecord& record, const CalibrationReport& report, const Say& say) {
  if (record.calibration && !report.calibration) {
    return say(
        "The model has the temperature {:.3f}, but predictions.csv of this run is older than the columns that hold its "
        "values: the figures below are without it.",
        record.calibration->temperature);
  }
  if (!report.calibration) {
    return say("The model has no temperature: it is fitted at the end of a training, on {} photos of val or more.",
               kFewestToCalibrate);
  }
  const Calibration& c = *report.calibration;
  return c.part == record.part
             ? say("The temperature {:.3f} was fitted on {} photos of {}, the very photos that the figures below are "
                   "of: with temperature they are no fair measure.",
                   c.temperature, count(c.photos), say.word(c.part))
             : say("The temperature {:.3f} was fitted on {} photos of {}; the figures below are of {} photos of {}.",
                   c.temperature, count(c.photos), say.word(c.part), count(record.evaluation.count),
                   say.word(record.part));
}

void put_figures(std::string& out, const CalibrationReport& report, const Say& say) {
  put(out,
      "<table id=\"calibration-figures\">\n<thead><tr><th></th><th scope=\"col\">{}</th><th scope=\"col\">{}</th>"
      "</tr></thead>\n<tbody>\n",
      say("ECE"), say("NLL"));
  const auto row = [&](const std::string& name, const Reliability& r) {
    put(out, "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td class=\"number\">{:.4f}</td></tr>\n", name,
        percent(r.ece), r.nll);
  };
  row(say("without temperature"), report.before);
  if (report.after) {
    row(say("with temperature"), *report.after);
  }
  out += "</tbody></table>\n";
}

charts::LineChart reliability_chart(const CalibrationReport& report, const Say& say) {
  charts::LineChart chart{
      .title = say("Reliability"), .x_label = say("confidence (mean of the bin)"), .y_label = say("right")};
  chart.description =
      say("Of answers with a given confidence, the share that is right. ECE {} without temperature{}.",
          percent(report.before.ece), report.after ? say(", {} with it", percent(report.after->ece)) : "");
  chart.y_min = 0;
  chart.y_max = 1;
  chart.percent = true;
  const auto series = [](const std::string& name, const Reliability& r) {
    charts::Series line{name, {}, false};
    for (const ReliabilityBin& bin : r.bins) {
      if (bin.count > 0) {
        line.points.emplace_back(bin.confidence, bin.accuracy);
      }
    }
    return line;
  };
  if (report.after) {
    chart.series.push_back(series(say("with temperature"), *report.after));
  }
  chart.series.push_back(series(say("without temperature"), report.before));
  chart.series.push_back({say("as sure as right"), {{0, 0}, {1, 1}}, true});
  return chart;
}

charts::BarChart counts_chart(const CalibrationReport& report, const Say& say) {
  charts::BarChart chart{.title = say("Photos in each bin"), .x_label = say("confidence"), .y_label = say("photos")};
  const auto series = [](const std::string& name, const Reliability& r) {
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
  chart.description = say("How many photos have which confidence; most lie in the bin from {}.",
                          range_words(most->low, most->high, say.language()));
  if (report.after) {
    chart.series.push_back(series(say("with temperature"), *report.after));
  }
  chart.series.push_back(series(say("without temperature"), report.before));
  return chart;
}

void put_bins(std::string& out, const CalibrationReport& report, const Say& say) {
  put(out,
      "<details><summary>{}</summary>\n<div class=\"scroll\"><table id=\"bins\">\n<thead><tr>"
      "<th scope=\"col\">{}</th>",
      say("All bins as a table"), say("confidence"));
  std::vector<const Reliability*> all = {&report.before};
  if (report.after) {
    all.push_back(&*report.after);
  }
  for (const Reliability* r : all) {
    const auto name = r == &report.before ? say("without temperature") : say("with temperature");
    for (const auto& column : std::vector<std::string>{say("photos"), say("confidence"), say("right")}) {
      put(out, "<th scope=\"col\">{}, {}</th>", column, name);
    }
  }
  out += "</tr></thead>\n<tbody>\n";
  for (std::size_t b = 0; b < report.before.bins.size(); ++b) {
    put(out, "<tr><td>{}</td>", range_words(report.before.bins[b].low, report.before.bins[b].high, say.language()));
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
  open_section(out, "calibration", source.say("Calibration"));
  if (record.output != OutputKind::kProbabilities) {
    put_paragraph(
        out, source.say("This network gives scores (hinge loss), no probabilities: there is nothing to calibrate."));
    close_section(out);
    return;
  }
  const CalibrationReport report = calibration_report_of(record.predictions, record.calibration);
  put_paragraph(out, fitted_words(record, report, source.say));
  put_figures(out, report, source.say);
  if (report.answered) {
    const auto answered = *report.answered;
    const double right =
        static_cast<double>(report.answered_right) / static_cast<double>(std::max<std::int64_t>(1, answered));
    put_paragraph(out, source.say("From {} confidence on, {} of {} photos are answered and {} of those are right; the "
                                  "others are better called unknown (alexnet predict --min-confidence auto).",
                                  percent(*report.calibration->threshold), count(answered),
                                  count(record.evaluation.count), percent(right)));
  }
  put_chart(
      out,
      [&](int width, int height) { return charts::to_svg({reliability_chart(report, source.say)}, width, height); },
      360);
  put_chart(
      out, [&](int width, int height) { return charts::to_svg(counts_chart(report, source.say), width, height); }, 280);
  put_paragraph(out,
                source.say("ECE is the mean distance of confidence and accuracy over {} bins of equal width, NLL the "
                           "mean of -log of the true class's probability; for both, less is better.",
                           kReliabilityBins),
                "soft");
  put_bins(out, report, source.say);
  close_section(out);
}

}  // namespace alexnet::report
