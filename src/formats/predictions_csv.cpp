// predictions.csv, written and read.
#include <fmt/format.h>

#include "alexnet/core/files.h"
#include "alexnet/formats/run_folder.h"

#include "core/text.h"
#include "data/csv_reader.h"
#include "formats/csv.h"

namespace alexnet {
namespace {

constexpr std::string_view kHeader =
    "path,part,label,predicted,probability,label_probability,loss,calibrated,label_calibrated,rank,second,"
    "second_probability,third,third_probability";
constexpr std::string_view kFirstHeader = "path,part,label,predicted,probability,label_probability,loss";

int rank_of(double number, const std::filesystem::path& path, std::size_t line) {
  constexpr double kMost = 1e9;
  if (!(number <= kMost)) {  // NaN: not known
    return 0;
  }
  if (number < 1) {
    reject_csv(path, line, "a rank from 1", csv_number(number));
  }
  return static_cast<int>(number);
}

}  // namespace

std::string predictions_csv(const std::vector<PredictionRow>& rows) {
  std::string text = fmt::format("{}\n", kHeader);
  for (const PredictionRow& row : rows) {
    text +=
        fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", csv_field(row.path), row.part, csv_field(row.label),
                    csv_field(row.predicted), csv_number(row.probability), csv_number(row.label_probability),
                    csv_number(row.loss), csv_number(row.calibrated), csv_number(row.label_calibrated),
                    row.rank > 0 ? fmt::to_string(row.rank) : "", csv_field(row.second),
                    csv_number(row.second_probability), csv_field(row.third), csv_number(row.third_probability));
  }
  return text;
}

std::vector<PredictionRow> read_predictions(const std::filesystem::path& path) {
  const auto text = read_text(path);
  const bool whole = std::string_view(text).substr(0, text.find_first_of("\r\n")) != kFirstHeader;
  CsvReader reader(text, path, whole ? kHeader : kFirstHeader);
  std::vector<PredictionRow> rows;
  while (!reader.at_end()) {
    const auto line = reader.line();
    const auto fields = reader.record();
    const auto number = [&](std::size_t column) { return csv_value(fields[column], path.string(), line); };
    PredictionRow row{fields[0], fields[1], fields[2], fields[3], number(4), number(5), number(6)};
    if (whole) {
      row.calibrated = number(7);
      row.label_calibrated = number(8);
      row.rank = rank_of(number(9), path, line);
      row.second = fields[10];
      row.second_probability = number(11);
      row.third = fields[12];
      row.third_probability = number(13);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace alexnet
