#pragma once

#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/say.h"
#include "report/advice.h"
#include "report/analysis.h"
#include "report/html.h"
#include "report/photo_shelf.h"
#include "report/run_record.h"

/// The parts of a report, from top to bottom, each in a file of its own. Every text that comes from outside passes
/// `escaped`; every sentence is said by `say`, in the language of the page.
namespace alexnet::report {

/// What a report is written from.
struct ReportSource {
  const RunRecord& record;
  PhotoShelf& shelf;
  Say say = Say();
  std::string photos_missing = {};  ///< why there are no pictures; empty where there are some
  const Dataset* dataset = nullptr;
  std::string classes_file = {};  ///< name of the table of classes
  std::vector<Advice> advice = {};
  std::vector<ResultFinding> findings = {};
};

// Elements that several parts use.

/// A photo with its names, bars of its three most likely classes and, where there is one, its heat map.
void put_card(std::string& out, const ReportSource& source, std::size_t row);
/// <details> with the files of the rows, to copy; at most kMostFiles of them.
void put_files(std::string& out, const ReportSource& source, const std::vector<std::size_t>& rows);
/// A list of cards of the first `most` rows, and their files.
void put_cards(std::string& out, const ReportSource& source, const std::vector<std::size_t>& rows, std::size_t most);
/// A share as a bar with its words.
[[nodiscard]] std::string bar(double share, std::string_view classes = "");
/// A chart for wide and one for narrow pages: `draw(width, height)` gives SVG.
template <class Draw>
void put_chart(std::string& out, const Draw& draw, int height) {
  put(out, "<div class=\"chart wide\">{}</div>\n<div class=\"chart narrow\">{}</div>\n", draw(960, height),
      draw(360, height < 300 ? 240 : 300));
}
/// "1,019".
[[nodiscard]] std::string count(std::int64_t number);

/// The rows of a cell of the confusion matrix, largest loss first.
[[nodiscard]] std::vector<std::size_t> rows_of_cell(const RunRecord& record, std::size_t is, std::size_t taken_for);

// The parts.
void put_overview(std::string& out, const ReportSource& source);
void put_advice(std::string& out, const ReportSource& source);
void put_curves(std::string& out, const ReportSource& source);
void put_matrix(std::string& out, const ReportSource& source);
void put_lists(std::string& out, const ReportSource& source);
void put_classes(std::string& out, const ReportSource& source);
void put_calibration(std::string& out, const ReportSource& source);
void put_data(std::string& out, const ReportSource& source);
void put_training(std::string& out, const ReportSource& source);

/// What the table of classes shows, as CSV.
[[nodiscard]] std::string class_facts_csv(const RunRecord& record);

// From where on the page shows less.
inline constexpr std::size_t kBlockClasses = 20;
inline constexpr std::size_t kMostPairs = 200;
inline constexpr std::size_t kCardsACell = 24;
inline constexpr std::size_t kMostWrongCards = 600;
inline constexpr std::size_t kMostRightCards = 400;
inline constexpr std::size_t kRightCardsACell = 12;
inline constexpr std::size_t kMostFiles = 200;

/// Which rows have a card in a cell, in the order in which pictures are made: wrong ones by their loss, then right
/// ones.
struct CellRows {
  std::vector<std::size_t> wrong;
  std::vector<std::size_t> right;
};
[[nodiscard]] CellRows rows_with_cards(const RunRecord& record);
/// Classes of the matrix: all, or of more than kMostMatrixClasses the kBlockClasses with most errors.
[[nodiscard]] std::vector<std::size_t> classes_of_matrix(const RunRecord& record);

}  // namespace alexnet::report
