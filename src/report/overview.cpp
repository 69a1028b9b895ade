// The first screen of a report, and what to do next.
#include <cmath>

#include "core/words.h"
#include "report/analysis.h"
#include "report/sections.h"

namespace alexnet::report {
namespace {

std::string task_words(const RunRecord& record, const Say& say) {
  const auto& photos = record.document.photos;
  if (record.predictions.empty()) {
    return say("To be trained on {} photos. There is no measured epoch with a saved model yet.", count(photos[0]));
  }
  if (!record.done()) {
    return say(
        "Being trained on {} photos. The figures below are of the best model so far, on the {} photos of val that "
        "choose it; the test part is looked at once, at the end.",
        count(photos[0]), count(photos[1]));
  }
  return record.part == "test" ? say("Trained on {} photos; {} others chose the best epoch, and the figures below come "
                                     "from {} that it had never seen.",
                                     count(photos[0]), count(photos[1]), count(photos[2]))
                               : say("Trained on {} photos; {} others chose the best epoch, and the figures below come "
                                     "from those same photos, so they are somewhat too good. There is no test part.",
                                     count(photos[0]), count(photos[1]));
}

void put_state(std::string& out, const RunRecord& record, const Say& say) {
  switch (record.document.state) {
    case RunState::kRunning:
      put_paragraph(out,
                    say("This training is still going on, or it was killed. This page shows how far it had come when "
                        "the page was written."),
                    "state");
      break;
    case RunState::kStopped:
      put_paragraph(out,
                    say("This training was stopped. It can go on: {}",
                        command(fmt::format("alexnet train --resume {}", record.folder))),
                    "state");
      break;
    case RunState::kFailed:
      put_paragraph(out, say("This training ended with an error: {}", escaped(say.finished(record.document.error))),
                    "state");
      break;
    case RunState::kDone:
      break;
  }
}

void put_tile(std::string& out, std::string_view id, std::string_view name, std::string_view value,
              std::string_view note) {
  put(out, "<div id=\"{}\"><dt>{}</dt><dd>{}</dd><dd class=\"note\">{}</dd></div>\n", id, name, value, note);
}

void put_tiles(std::string& out, const RunRecord& record, const Say& say) {
  const Evaluation& e = record.evaluation;
  const auto interval = [&](const Interval& i) {
    return say("95 % interval {}", range_words(i.low, i.high, say.language()));
  };
  out += "<dl class=\"tiles\">\n";
  if (!record.predictions.empty()) {
    put_tile(out, "top1", say("top-1 on {} {} photos", count(e.count), say.word(record.part)), percent(e.top1),
             interval(e.top1_interval));
    if (const auto top5 = top5_of(record)) {
      const auto near = std::llround(*top5 * static_cast<double>(e.count));
      put_tile(out, "top5", say("top-5"), percent(*top5),
               record.classes().size() > 5 ? interval(wilson_interval(near, e.count))
                                           : say("of 5 classes or fewer it is always 100 %"));
    }
    const Majority majority = majority_of(record);
    put_tile(out, "chance", say("guessing"), percent(1 / static_cast<double>(record.classes().size())),
             say("always \"{}\", the largest class: {}", escaped(record.classes()[majority.index]),
                 percent(majority.share)));
  }
  double speed = 0;
  for (const EpochRow& row : record.epochs) {
    speed = std::max(speed, row.photos_per_second);
  }
  put_tile(out, "time", say("training time"), seconds_words(record.document.seconds, say.language()),
           speed > 0 ? say("{} photos a second", std::lround(speed)) : "");
  if (record.document.best) {
    put_tile(out, "best", say("best epoch"), fmt::to_string(record.document.best->epoch),
             say("of {}; top-1 {} on val", record.document.epochs, percent(record.document.best->val_top1)));
  }
  out += "</dl>\n";
}

}  // namespace

void put_overview(std::string& out, const ReportSource& source) {
  const RunRecord& record = source.record;
  put(out, "<header id=\"top\">\n<h1>{}</h1>\n",
      source.say("{} tells {} classes of {} apart", escaped(record.document.network), record.classes().size(),
                 escaped(record.document.data_name)));
  put_paragraph(out, task_words(record, source.say));
  put_state(out, record, source.say);
  put_tiles(out, record, source.say);
  if (!source.findings.empty()) {
    put(out, "<h2 class=\"plain\">{}</h2>\n<ol class=\"findings\">\n", source.say("What stands out"));
    for (const ResultFinding& finding : source.findings) {
      put(out, "<li><a href=\"#{}\">{}</a></li>\n", escaped(finding.anchor), escaped(finding.text));
    }
    out += "</ol>\n";
  }
  if (!source.photos_missing.empty()) {
    put_paragraph(out, source.say("Pictures are left out: {}", escaped(source.photos_missing)), "soft");
  }
  out += "</header>\n";
}

void put_advice(std::string& out, const ReportSource& source) {
  open_section(out, "advice", source.say("What to do next"));
  if (source.advice.empty()) {
    put_paragraph(out, source.say("No rule found anything to do."));
  }
  out += source.advice.empty() ? "" : "<ol class=\"advice\">\n";
  for (const Advice& advice : source.advice) {
    put(out, "<li id=\"advice-{0}\"><b>{1}</b>\n<p>{2} <a href=\"#{3}\">{4}</a></p>\n<p>{5}</p></li>\n", advice.rule,
        escaped(advice.text), escaped(advice.evidence), escaped(advice.anchor), source.say("see"),
        command(advice.command));
  }
  out += source.advice.empty() ? "" : "</ol>\n";
  close_section(out);
}

}  // namespace alexnet::report
