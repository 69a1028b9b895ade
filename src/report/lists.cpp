// Photos to look at.
#include <cmath>

#include "core/words.h"
#include "report/analysis.h"
#include "report/sections.h"
#include "report/texts.h"

namespace alexnet::report {
namespace {

constexpr std::size_t kListedPairs = 8;
constexpr std::size_t kCardsAPair = 6;

void put_list(std::string& out, const ReportSource& source, std::string_view id, std::string_view heading,
              std::string_view note, const std::vector<std::size_t>& rows) {
  put(out, "<section id=\"{}\" class=\"list\">\n<h3>{}</h3>\n", id, heading);
  put_paragraph(out, note, "soft");
  if (rows.empty()) {
    put_paragraph(out, texts::kListEmpty);
  } else {
    put_cards(out, source, rows, kListed);
  }
  close_section(out);
}

void put_pairs(std::string& out, const ReportSource& source) {
  const Evaluation& e = source.record.evaluation;
  put(out, "<section id=\"pairs\" class=\"list\">\n<h3>{}</h3>\n", texts::kListPairs);
  put_paragraph(out, texts::kListPairsNote, "soft");
  if (e.confused.empty()) {
    put_paragraph(out, texts::kListEmpty);
  }
  for (std::size_t i = 0; i < std::min(e.confused.size(), kListedPairs); ++i) {
    const ConfusedPair& pair = e.confused[i];
    put(out, "<details{}><summary>{}</summary>\n", i == 0 ? " open=\"open\"" : "",
        fmt::format(texts::kPairHeading, escaped(e.classes[pair.is].name), escaped(e.classes[pair.taken_for].name),
                    pair.count, percent(pair.share)));
    put_cards(out, source, rows_of_cell(source.record, pair.is, pair.taken_for), kCardsAPair);
    out += "</details>\n";
  }
  close_section(out);
}

}  // namespace

void put_lists(std::string& out, const ReportSource& source) {
  const RunRecord& record = source.record;
  open_section(out, "lists", texts::kNavLists);
  put_pairs(out, source);
  const auto wrong = confidently_wrong(record);
  put_list(out, source, "sure", texts::kListSure, fmt::format(texts::kListSureNote, wrong.size()), wrong);
  auto unsure = least_certain(record);
  unsure.resize(std::min(unsure.size(), kListed));
  put_list(out, source, "unsure", texts::kListUnsure, texts::kListUnsureNote, unsure);
  auto loss = highest_loss(record);
  loss.resize(std::min(loss.size(), kListed));
  put_list(out, source, "loss", texts::kListLoss, texts::kListLossNote, loss);
  const auto by_luck = lucky(record);
  const bool known = !std::isnan(record.predictions.front().second_probability);
  put_list(out, source, "lucky", texts::kListLucky,
           known ? fmt::format(texts::kListLuckyNote, by_luck.size()) : texts::kListUnknown, by_luck);
  if (record.output == OutputKind::kProbabilities) {
    const auto labels = possible_wrong_labels(record);
    put_list(out, source, "labels", texts::kListLabels, fmt::format(texts::kListLabelsNote, labels.size()), labels);
  }
  close_section(out);
}

}  // namespace alexnet::report
