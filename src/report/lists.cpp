// Photos to look at.
#include <cmath>

#include "core/words.h"
#include "report/analysis.h"
#include "report/sections.h"

namespace alexnet::report {
namespace {

constexpr std::size_t kListedPairs = 8;
constexpr std::size_t kCardsAPair = 6;

void put_list(std::string& out, const ReportSource& source, std::string_view id, std::string_view heading,
              std::string_view note, const std::vector<std::size_t>& rows) {
  put(out, "<section id=\"{}\" class=\"list\">\n<h3>{}</h3>\n", id, heading);
  put_paragraph(out, note, "soft");
  if (rows.empty()) {
    put_paragraph(out, source.say("There is none."));
  } else {
    put_cards(out, source, rows, kListed);
  }
  close_section(out);
}

void put_pairs(std::string& out, const ReportSource& source) {
  const Evaluation& e = source.record.evaluation;
  put(out, "<section id=\"pairs\" class=\"list\">\n<h3>{}</h3>\n", source.say("Most confused pairs"));
  put_paragraph(out, source.say("Which classes are taken for which, most photos first."), "soft");
  if (e.confused.empty()) {
    put_paragraph(out, source.say("There is none."));
  }
  for (std::size_t i = 0; i < std::min(e.confused.size(), kListedPairs); ++i) {
    const ConfusedPair& pair = e.confused[i];
    put(out, "<details{}><summary>{}</summary>\n", i == 0 ? " open=\"open\"" : "",
        source.say("{} taken for {}: {} photos, {} of all errors", escaped(e.classes[pair.is].name),
                   escaped(e.classes[pair.taken_for].name), pair.count, percent(pair.share)));
    put_cards(out, source, rows_of_cell(source.record, pair.is, pair.taken_for), kCardsAPair);
    out += "</details>\n";
  }
  close_section(out);
}

}  // namespace

void put_lists(std::string& out, const ReportSource& source) {
  const RunRecord& record = source.record;
  open_section(out, "lists", source.say("Photos to look at"));
  put_pairs(out, source);
  const auto wrong = confidently_wrong(record);
  put_list(out, source, "sure", source.say("Confidently wrong"),
           source.say("Wrong photos, the most confident first ({} wrong photos in all).", wrong.size()), wrong);
  auto unsure = least_certain(record);
  unsure.resize(std::min(unsure.size(), kListed));
  put_list(out, source, "unsure", source.say("Least certain"), source.say("Right or wrong, smallest confidence first."),
           unsure);
  auto loss = highest_loss(record);
  loss.resize(std::min(loss.size(), kListed));
  put_list(out, source, "loss", source.say("Highest loss"),
           source.say("Photos whose true class got the smallest probability."), loss);
  const auto by_luck = lucky(record);
  const bool known = !std::isnan(record.predictions.front().second_probability);
  put_list(out, source, "lucky", source.say("Right by luck"),
           known ? source.say("Right, but the next class was less than 5 points behind ({} photos).", by_luck.size())
                 : source.say("Not known: predictions.csv of this run is older than that column."),
           by_luck);
  if (record.output == OutputKind::kProbabilities) {
    const auto labels = possible_wrong_labels(record);
    put_list(out, source, "labels", source.say("Possible wrong labels"),
             source.say(
                 "Photos that were taken for another class as surely as that class's own photos are where they are "
                 "right, while their label got less than 5 % ({} photos). Look at them before you believe either side.",
                 labels.size()),
             labels);
  }
  close_section(out);
}

}  // namespace alexnet::report
