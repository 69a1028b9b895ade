// A row a class, on the page and as CSV.
#include <algorithm>

#include "core/text.h"
#include "core/words.h"
#include "formats/csv.h"
#include "report/analysis.h"
#include "report/sections.h"

namespace alexnet::report {
namespace {

constexpr std::size_t kExamples = 3;

/// Photos of a class: the surest right ones, then others.
std::vector<std::size_t> examples(const RunRecord& record, std::size_t is) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < record.predictions.size(); ++i) {
    if (static_cast<std::size_t>(record.evaluation.photos[i].label) == is) {
      rows.push_back(i);
    }
  }
  std::ranges::stable_sort(rows, std::less<>(), [&](std::size_t i) { return record.predictions[i].loss; });
  return rows;
}

void put_examples(std::string& out, const ReportSource& source, std::size_t is) {
  out += "<td><div class=\"examples\">";
  std::size_t shown = 0;
  for (const std::size_t row : examples(source.record, is)) {
    const auto photo = source.shelf.photo(row);
    if (!photo.empty() && shown < kExamples) {
      put(out, "<a href=\"#c{}-{}\">{}</a>", is, source.record.evaluation.photos[row].verdict.predicted, photo);
      ++shown;
    }
  }
  out += "</div></td>";
}

void put_head(std::string& out, const RunRecord& record, bool with_examples, const Say& say) {
  out += "<div class=\"scroll\"><table id=\"class-table\" class=\"sortable\">\n<thead><tr>";
  const auto column = [&](std::string_view name, bool number = false) {
    put(out, "<th scope=\"col\"{}>{}</th>", number ? " class=\"number\"" : "", name);
  };
  column(say("class"));
  for (const auto* part : {"train", "val", "test"}) {
    column(say("{} photos", say.word(part)), true);
  }
  column(say("precision"), true);
  column(say("recall"));
  column(say("its interval"), true);
  column(say("F1"), true);
  column(record.output == OutputKind::kProbabilities ? say("mean confidence") : say("mean score"), true);
  column(say("most often taken for"));
  if (with_examples) {
    column(say("examples"));
  }
  out += "</tr></thead>\n<tbody>\n";
}

}  // namespace

void put_classes(std::string& out, const ReportSource& source) {
  const RunRecord& record = source.record;
  const auto facts = class_facts(record);
  const bool with_examples = source.shelf.pictures() > 0 && facts.size() <= kMostMatrixClasses;
  open_section(out, "classes", source.say("Classes"));
  put_paragraph(
      out,
      source.say(
          "Of {} photos of {}. The interval belongs to recall (95 %, Wilson). The same numbers: {} beside this page.",
          count(record.evaluation.count), source.say.word(record.part), escaped(source.classes_file)),
      "soft");
  put_head(out, record, with_examples, source.say);
  for (std::size_t c = 0; c < facts.size(); ++c) {
    const ClassFacts& fact = facts[c];
    put(out, "<tr><th scope=\"row\">{}</th>", escaped(fact.result.name));
    for (const auto photos : fact.photos) {
      put(out, "<td class=\"number\">{}</td>", photos);
    }
    put(out,
        "<td class=\"number\">{}</td><td class=\"recall\">{}</td><td class=\"number\">{}</td><td "
        "class=\"number\">{}</td>",
        percent(fact.result.precision), bar(fact.result.recall),
        range_words(fact.recall_interval.low, fact.recall_interval.high, source.say.language()),
        percent(fact.result.f1));
    put(out, "<td class=\"number\">{}</td>",
        record.output == OutputKind::kProbabilities ? percent(fact.mean_confidence)
                                                    : short_number(fact.mean_confidence));
    const bool opens = facts.size() <= kMostMatrixClasses;
    put(out, "<td>{}</td>",
        fact.taken_for && !opens ? fmt::format("{} ({})", escaped(record.classes()[*fact.taken_for]), fact.taken)
        : fact.taken_for         ? fmt::format("<a href=\"#c{}-{}\">{}</a> ({})", c, *fact.taken_for,
                                               escaped(record.classes()[*fact.taken_for]), fact.taken)
                                 : "");
    if (with_examples) {
      put_examples(out, source, c);
    }
    out += "</tr>\n";
  }
  const ClassMeans& mean = record.evaluation.macro;
  put(out,
      "</tbody>\n<tfoot><tr><th scope=\"row\">{}</th><td></td><td></td><td></td><td class=\"number\">{}</td><td>{}</td>"
      "<td></td><td class=\"number\">{}</td><td></td><td></td>{}</tr></tfoot>\n</table></div>\n",
      source.say("mean of the classes"), percent(mean.precision), bar(mean.recall), percent(mean.f1),
      with_examples ? "<td></td>" : "");
  close_section(out);
}

std::string class_facts_csv(const RunRecord& record) {
  std::string text =
      "class,train,val,test,support,precision,recall,recall_low,recall_high,f1,mean_confidence,taken_for,taken\n";
  for (const ClassFacts& fact : class_facts(record)) {
    const ClassResult& r = fact.result;
    text += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{}\n", csv_field(r.name), fact.photos[0], fact.photos[1],
                        fact.photos[2], r.support, csv_number(r.precision), csv_number(r.recall),
                        csv_number(fact.recall_interval.low), csv_number(fact.recall_interval.high), csv_number(r.f1),
                        csv_number(fact.mean_confidence),
                        fact.taken_for ? csv_field(record.classes()[*fact.taken_for]) : "", fact.taken);
  }
  return text;
}

}  // namespace alexnet::report
