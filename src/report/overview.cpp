// The first screen of a report, and what to do next.
#include <cmath>

#include "core/words.h"
#include "report/analysis.h"
#include "report/sections.h"
#include "report/texts.h"

namespace alexnet::report {
namespace {

std::string task_words(const RunRecord& record) {
  const auto& photos = record.document.photos;
  if (record.predictions.empty()) {
    return fmt::format(texts::kTaskNothing, count(photos[0]));
  }
  if (!record.done()) {
    return fmt::format(texts::kTaskInterim, count(photos[0]), count(photos[1]));
  }
  return record.part == "test" ? fmt::format(texts::kTask, count(photos[0]), count(photos[1]), count(photos[2]))
                               : fmt::format(texts::kTaskVal, count(photos[0]), count(photos[1]));
}

void put_state(std::string& out, const RunRecord& record) {
  switch (record.document.state) {
    case RunState::kRunning:
      put_paragraph(out, texts::kStateRunning, "state");
      break;
    case RunState::kStopped:
      put_paragraph(out,
                    fmt::format(texts::kStateStopped, command(fmt::format("alexnet train --resume {}", record.folder))),
                    "state");
      break;
    case RunState::kFailed:
      put_paragraph(out, fmt::format(texts::kStateFailed, escaped(record.document.error)), "state");
      break;
    case RunState::kDone:
      break;
  }
}

void put_tile(std::string& out, std::string_view id, std::string_view name, std::string_view value,
              std::string_view note) {
  put(out, "<div id=\"{}\"><dt>{}</dt><dd>{}</dd><dd class=\"note\">{}</dd></div>\n", id, name, value, note);
}

void put_tiles(std::string& out, const RunRecord& record) {
  const Evaluation& e = record.evaluation;
  const auto interval = [](const Interval& i) { return fmt::format(texts::kInterval, range_words(i.low, i.high)); };
  out += "<dl class=\"tiles\">\n";
  if (!record.predictions.empty()) {
    put_tile(out, "top1", fmt::format(texts::kTop1, count(e.count), record.part), percent(e.top1),
             interval(e.top1_interval));
    if (const auto top5 = top5_of(record)) {
      const auto near = std::llround(*top5 * static_cast<double>(e.count));
      put_tile(out, "top5", texts::kTop5, percent(*top5),
               record.classes().size() > 5 ? interval(wilson_interval(near, e.count)) : texts::kTop5Plain);
    }
    const Majority majority = majority_of(record);
    put_tile(out, "chance", texts::kChance, percent(1 / static_cast<double>(record.classes().size())),
             fmt::format(texts::kMajority, escaped(record.classes()[majority.index]), percent(majority.share)));
  }
  double speed = 0;
  for (const EpochRow& row : record.epochs) {
    speed = std::max(speed, row.photos_per_second);
  }
  put_tile(out, "time", texts::kTime, seconds_words(record.document.seconds),
           speed > 0 ? fmt::format(texts::kPhotosASecond, std::lround(speed)) : "");
  if (record.document.best) {
    put_tile(out, "best", texts::kBestEpoch, fmt::to_string(record.document.best->epoch),
             fmt::format(texts::kOfEpochs, record.document.epochs, percent(record.document.best->val_top1)));
  }
  out += "</dl>\n";
}

}  // namespace

void put_overview(std::string& out, const ReportSource& source) {
  const RunRecord& record = source.record;
  put(out, "<header id=\"top\">\n<h1>{}</h1>\n",
      fmt::format(texts::kHeadline, escaped(record.document.network), record.classes().size(),
                  escaped(record.document.data_name)));
  put_paragraph(out, task_words(record));
  put_state(out, record);
  put_tiles(out, record);
  if (!source.findings.empty()) {
    put(out, "<h2 class=\"plain\">{}</h2>\n<ol class=\"findings\">\n", texts::kFindings);
    for (const Finding& finding : source.findings) {
      put(out, "<li><a href=\"#{}\">{}</a></li>\n", escaped(finding.anchor), escaped(finding.text));
    }
    out += "</ol>\n";
  }
  if (!source.photos_missing.empty()) {
    put_paragraph(out, fmt::format(texts::kPhotosMissing, escaped(source.photos_missing)), "soft");
  }
  out += "</header>\n";
}

void put_advice(std::string& out, const ReportSource& source) {
  open_section(out, "advice", texts::kNavAdvice);
  if (source.advice.empty()) {
    put_paragraph(out, texts::kNoAdvice);
  }
  out += source.advice.empty() ? "" : "<ol class=\"advice\">\n";
  for (const Advice& advice : source.advice) {
    put(out, "<li id=\"advice-{0}\"><b>{1}</b>\n<p>{2} <a href=\"#{3}\">{4}</a></p>\n<p>{5}</p></li>\n", advice.rule,
        escaped(advice.text), escaped(advice.evidence), escaped(advice.anchor), texts::kWhere, command(advice.command));
  }
  out += source.advice.empty() ? "" : "</ol>\n";
  close_section(out);
}

}  // namespace alexnet::report
