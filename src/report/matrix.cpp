// The confusion matrix, and behind each cell its photos.
#include <algorithm>
#include <map>

#include "core/words.h"
#include "report/analysis.h"
#include "report/sections.h"

namespace alexnet::report {
namespace {

using Cell = std::pair<std::size_t, std::size_t>;

std::string cell_id(std::size_t is, std::size_t taken_for) { return fmt::format("c{}-{}", is, taken_for); }

std::int64_t errors_of(const Evaluation& e, std::size_t is) { return e.classes[is].support - e.confusion[is][is]; }

/// Cells whose photos can be opened: those of the matrix and of the list of pairs.
std::vector<Cell> open_cells(const RunRecord& record) {
  const Evaluation& e = record.evaluation;
  std::map<Cell, bool> cells;
  const auto classes = classes_of_matrix(record);
  for (const std::size_t is : classes) {
    for (const std::size_t taken_for : classes) {
      if (e.confusion[is][taken_for] > 0) {
        cells[{is, taken_for}] = true;
      }
    }
  }
  for (std::size_t i = 0; i < std::min(e.confused.size(), kMostPairs); ++i) {
    cells[{e.confused[i].is, e.confused[i].taken_for}] = true;
  }
  std::vector<Cell> all;
  all.reserve(cells.size());
  for (const auto& [cell, open] : cells) {
    all.push_back(cell);
  }
  return all;
}

void put_cell(std::string& out, const Evaluation& e, std::size_t is, std::size_t taken_for, const Say& say) {
  const auto number = e.confusion[is][taken_for];
  if (number == 0) {
    out += is == taken_for ? "<td class=\"hit none\">0</td>" : "<td></td>";
    return;
  }
  const auto share =
      static_cast<double>(number) / static_cast<double>(std::max<std::int64_t>(1, e.classes[is].support));
  const auto label = is == taken_for ? say("{} photos of {}, right", number, escaped(e.classes[is].name))
                                     : say("{} photos of {} taken for {}", number, escaped(e.classes[is].name),
                                           escaped(e.classes[taken_for].name));
  put(out,
      "<td class=\"{}\" style=\"--s:{:.2f}\"><a href=\"#{}\" aria-label=\"{}\">{}<small>{:.0f}&#160;%</small></a></td>",
      is == taken_for ? "hit" : "miss", share, cell_id(is, taken_for), label, number, 100 * share);
}

void put_table(std::string& out, const RunRecord& record, const std::vector<std::size_t>& classes, const Say& say) {
  const Evaluation& e = record.evaluation;
  const bool block = classes.size() < e.classes.size();
  std::int64_t right = 0;
  for (std::size_t c = 0; c < e.classes.size(); ++c) {
    right += e.confusion[c][c];
  }
  out += "<div class=\"scroll\">\n<table class=\"matrix\">\n";
  put(out, "<caption>{}</caption>\n<thead><tr><th scope=\"col\">{}</th>",
      say("Confusion matrix of {} photos of {}: {} are right, {} are wrong.", count(e.count), say.word(record.part),
          count(right), count(e.count - right)),
      say("true class"));
  for (const std::size_t c : classes) {
    put(out, "<th scope=\"col\"><span>{}</span></th>", escaped(e.classes[c].name));
  }
  put(out, "{}</tr></thead>\n<tbody>\n",
      block ? fmt::format("<th scope=\"col\"><span>{}</span></th>", say("others")) : "");
  for (const std::size_t is : classes) {
    put(out, "<tr><th scope=\"row\">{}</th>", escaped(e.classes[is].name));
    std::int64_t shown = 0;
    for (const std::size_t taken_for : classes) {
      put_cell(out, e, is, taken_for, say);
      shown += e.confusion[is][taken_for];
    }
    out += block ? fmt::format("<td>{}</td></tr>\n", e.classes[is].support - shown) : "</tr>\n";
  }
  out += "</tbody>\n</table>\n</div>\n";
}

void put_pair_table(std::string& out, const RunRecord& record, const Say& say) {
  const Evaluation& e = record.evaluation;
  const auto shown = std::min(e.confused.size(), kMostPairs);
  put(out, "<details{}><summary>{}</summary>\n", e.classes.size() > kMostMatrixClasses ? " open=\"open\"" : "",
      say("All mixed-up pairs"));
  if (shown < e.confused.size()) {
    put_paragraph(out, say("The {} pairs with most photos of {}.", shown, e.confused.size()), "soft");
  }
  out += "<div class=\"scroll\"><table class=\"sortable\">\n<thead><tr>";
  for (const auto& name : std::vector<std::string>{say("true class"), say("taken for"), say("photos"),
                                                   say("of its class"), say("of all errors")}) {
    put(out, "<th scope=\"col\">{}</th>", name);
  }
  out += "</tr></thead>\n<tbody>\n";
  for (std::size_t i = 0; i < shown; ++i) {
    const ConfusedPair& pair = e.confused[i];
    put(out,
        "<tr><td>{}</td><td>{}</td><td class=\"number\"><a href=\"#{}\">{}</a></td><td class=\"number\">{}</td>"
        "<td class=\"number\">{}</td></tr>\n",
        escaped(e.classes[pair.is].name), escaped(e.classes[pair.taken_for].name), cell_id(pair.is, pair.taken_for),
        pair.count, percent(static_cast<double>(pair.count) / static_cast<double>(e.classes[pair.is].support)),
        percent(pair.share));
  }
  out += "</tbody></table></div>\n</details>\n";
}

/// What opens when a cell is chosen: only the rows that `has_card` names have one.
void put_panel(std::string& out, const ReportSource& source, const Cell& cell, const std::vector<bool>& has_card) {
  const auto& classes = source.record.evaluation.classes;
  const auto rows = rows_of_cell(source.record, cell.first, cell.second);
  std::vector<std::size_t> cards;
  std::ranges::copy_if(rows, std::back_inserter(cards), [&](std::size_t row) { return has_card[row]; });
  const auto heading = cell.first == cell.second
                           ? source.say("{} photos of {}, right", rows.size(), escaped(classes[cell.first].name))
                           : source.say("{} photos of {} taken for {}", rows.size(), escaped(classes[cell.first].name),
                                        escaped(classes[cell.second].name));
  put(out, "<section class=\"cell\" id=\"{}\">\n<h3>{} <a class=\"close\" href=\"#matrix\">{}</a></h3>\n",
      cell_id(cell.first, cell.second), heading, source.say("close"));
  out += "<ul class=\"cards\">\n";
  for (const std::size_t row : cards) {
    put_card(out, source, row);
  }
  out += "</ul>\n";
  if (cards.size() < rows.size()) {
    put_paragraph(out, source.say("{} of {} are shown; the file list has more.", cards.size(), rows.size()), "soft");
  }
  put_files(out, source, rows);
  close_section(out);
}

std::string values_note(const RunRecord& record, const Say& say) {
  if (record.output != OutputKind::kProbabilities) {
    return say("The network gives scores, no probabilities.");
  }
  return has_calibrated(record) ? say("Bars show probabilities with the temperature {:.3f}, as alexnet predict does.",
                                      record.calibration->temperature)
                                : say("Bars show probabilities as the network gives them, without temperature.");
}

}  // namespace

std::vector<std::size_t> classes_of_matrix(const RunRecord& record) {
  const Evaluation& e = record.evaluation;
  std::vector<std::size_t> classes(e.classes.size());
  for (std::size_t c = 0; c < classes.size(); ++c) {
    classes[c] = c;
  }
  if (classes.size() > kMostMatrixClasses) {
    std::ranges::stable_sort(classes, std::greater<>(), [&](std::size_t c) { return errors_of(e, c); });
    classes.resize(kBlockClasses);
  }
  return classes;
}

CellRows rows_with_cards(const RunRecord& record) {
  CellRows rows;
  const auto cells = open_cells(record);
  for (const bool right : {false, true}) {
    auto& chosen = right ? rows.right : rows.wrong;
    for (const auto& [is, taken_for] : cells) {
      if ((is == taken_for) == right) {
        auto of_cell = rows_of_cell(record, is, taken_for);
        of_cell.resize(std::min(of_cell.size(), right ? kRightCardsACell : kCardsACell));
        chosen.insert(chosen.end(), of_cell.begin(), of_cell.end());
      }
    }
    std::ranges::stable_sort(chosen, std::greater<>(), [&](std::size_t i) { return record.predictions[i].loss; });
    chosen.resize(std::min(chosen.size(), right ? kMostRightCards : kMostWrongCards));
  }
  return rows;
}

void put_matrix(std::string& out, const ReportSource& source) {
  const RunRecord& record = source.record;
  const auto classes = classes_of_matrix(record);
  open_section(out, "matrix", source.say("Confusion matrix"));
  put_paragraph(out,
                source.say("A row is a true class, a column what it was taken for. Each cell has the number of photos "
                           "and its share of the row; choose one to see its photos."),
                "soft");
  if (classes.size() < record.classes().size()) {
    put_paragraph(out,
                  source.say("Of {} classes the {} with most errors are shown; the pairs below hold every class.",
                             record.classes().size(), classes.size()),
                  "soft");
  }
  put_table(out, record, classes, source.say);
  put_paragraph(out, values_note(record, source.say), "soft");
  if (source.shelf.heats() > 0) {
    put_paragraph(out,
                  source.say("Right of a photo: Grad-CAM of layer {} for the class that it was taken for, yellow where "
                             "the evidence lies.",
                             escaped(source.shelf.heat_layer())),
                  "soft");
  }
  std::vector<bool> has_card(record.predictions.size(), false);
  const CellRows rows = rows_with_cards(record);
  for (const auto* some : {&rows.wrong, &rows.right}) {
    for (const std::size_t row : *some) {
      has_card[row] = true;
    }
  }
  out += "<div class=\"cells\">\n";
  for (const Cell& cell : open_cells(record)) {
    put_panel(out, source, cell, has_card);
  }
  out += "</div>\n";
  put_pair_table(out, record, source.say);
  close_section(out);
}

}  // namespace alexnet::report
