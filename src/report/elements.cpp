// Elements that several parts of a report use.
#include <algorithm>
#include <cmath>

#include "core/text.h"
#include "core/words.h"
#include "report/analysis.h"
#include "report/sections.h"

namespace alexnet::report {
namespace {

/// A class and what it got, as one bar of a card.
void put_value(std::string& out, const ReportSource& source, const std::string& name, double value, bool truth) {
  const auto words = truth ? source.say("{} (true)", escaped(name)) : escaped(name);
  const bool share = source.record.output == OutputKind::kProbabilities;
  put(out, "<li{}><span class=\"what\">{}</span>{}</li>\n", truth ? " class=\"truth\"" : "", words,
      share ? bar(value) : fmt::format("<span class=\"value\">{}</span>", short_number(value)));
}

/// The three most likely classes, and the true one where it is none of them.
void put_values(std::string& out, const ReportSource& source, const PredictionRow& row) {
  const RunRecord& record = source.record;
  const auto value = [&](double v) { return calibrated(record, row, v); };
  out += "<ul class=\"values\">\n";
  put_value(out, source, row.predicted, value(row.probability), is_right(row));
  bool truth_told = is_right(row);
  for (const auto& [name, v] :
       {std::pair(row.second, row.second_probability), std::pair(row.third, row.third_probability)}) {
    if (!name.empty() && !std::isnan(v)) {
      truth_told = truth_told || name == row.label;
      put_value(out, source, name, value(v), name == row.label);
    }
  }
  if (!truth_told) {
    put_value(out, source, row.label, value(row.label_probability), true);
  }
  out += "</ul>\n";
}

}  // namespace

std::string bar(double share, std::string_view classes) {
  return fmt::format("<span class=\"bar{}{}\"><i style=\"width:{:.1f}%\"></i></span><span class=\"value\">{}</span>",
                     classes.empty() ? "" : " ", classes, 100 * std::clamp(share, 0.0, 1.0), percent(share));
}

std::string count(std::int64_t number) { return with_commas(number); }

void put_card(std::string& out, const ReportSource& source, std::size_t row) {
  const PredictionRow& prediction = source.record.predictions[row];
  const auto photo = source.shelf.photo(row);
  out += "<li class=\"card\">\n";
  if (!photo.empty()) {
    put(out, "<div class=\"pictures\">{}{}</div>\n", photo, source.shelf.heat(row));
  } else if (source.photos_missing.empty()) {
    put(out, "<div class=\"empty\">{}</div>\n", source.say("no picture"));
  }
  put(out, "<p class=\"file\">{}</p>\n", breakable(prediction.path));
  const auto label = fmt::format("<b>{}</b>", escaped(prediction.label));
  put_paragraph(out,
                is_right(prediction)
                    ? source.say("is {}: right", label)
                    : source.say("is {}, taken for {}", label, fmt::format("<b>{}</b>", escaped(prediction.predicted))),
                is_right(prediction) ? "verdict right" : "verdict wrong");
  put_values(out, source, prediction);
  out += "</li>\n";
}

void put_files(std::string& out, const ReportSource& source, const std::vector<std::size_t>& rows) {
  const auto& root = source.record.root;
  std::string text;
  for (std::size_t i = 0; i < std::min(rows.size(), kMostFiles); ++i) {
    text += (root.empty() ? "" : root + "/") + source.record.predictions[rows[i]].path + "\n";
  }
  put(out,
      "<details class=\"files\"><summary>{}</summary>\n<textarea readonly=\"readonly\" rows=\"{}\">{}</textarea>\n",
      source.say("File list ({})", rows.size()), std::clamp<std::size_t>(rows.size(), 2, 8), escaped(text));
  if (rows.size() > kMostFiles) {
    put_paragraph(out, source.say("... and {} more in predictions.csv", rows.size() - kMostFiles), "soft");
  }
  out += "</details>\n";
}

void put_cards(std::string& out, const ReportSource& source, const std::vector<std::size_t>& rows, std::size_t most) {
  const auto shown = std::min(rows.size(), most);
  out += "<ul class=\"cards\">\n";
  for (std::size_t i = 0; i < shown; ++i) {
    put_card(out, source, rows[i]);
  }
  out += "</ul>\n";
  if (shown < rows.size()) {
    put_paragraph(out, source.say("{} of {} are shown; the file list has more.", shown, rows.size()), "soft");
  }
  put_files(out, source, rows);
}

std::vector<std::size_t> rows_of_cell(const RunRecord& record, std::size_t is, std::size_t taken_for) {
  std::vector<std::size_t> rows;
  const auto& photos = record.evaluation.photos;
  for (std::size_t i = 0; i < photos.size(); ++i) {
    if (static_cast<std::size_t>(photos[i].label) == is &&
        static_cast<std::size_t>(photos[i].verdict.predicted) == taken_for) {
      rows.push_back(i);
    }
  }
  std::ranges::stable_sort(rows, std::greater<>(), [&](std::size_t i) { return record.predictions[i].loss; });
  return rows;
}

}  // namespace alexnet::report
