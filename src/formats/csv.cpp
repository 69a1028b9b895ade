#include "formats/csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/formats/run_folder.h"

namespace alexnet {
namespace {

/// A place in a file, for messages.
struct Place {
  const std::string& where;
  std::size_t line;
};

[[noreturn]] void refuse(const Place& place, std::string expected, std::string got) {
  throw Error(Message::kFileFormat, {{"where", fmt::format("{}, line {}", place.where, place.line)},
                                     {"expected", std::move(expected)},
                                     {"got", std::move(got)}});
}

std::vector<double> to_row(std::string_view line, std::size_t columns, const Place& place) {
  std::vector<double> row;
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t end = std::min(line.find(',', begin), line.size());
    row.push_back(csv_value(line.substr(begin, end - begin), place.where, place.line));
    begin = end + 1;
  }
  if (row.size() != columns) {
    refuse(place, fmt::format("{} columns", columns), fmt::format("{}", row.size()));
  }
  return row;
}

}  // namespace

double csv_value(std::string_view field, const std::string& where, std::size_t line) {
  if (field.empty()) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  double value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc() || end != field.data() + field.size()) {
    refuse({where, line}, "a number", std::string(field));
  }
  return value;
}

std::string csv_number(double value) { return std::isnan(value) ? std::string() : fmt::format("{}", value); }

std::vector<std::vector<double>> parse_number_rows(std::string_view text, std::string_view header,
                                                   const std::string& where) {
  const auto columns = static_cast<std::size_t>(std::count(header.begin(), header.end(), ',')) + 1;
  std::vector<std::vector<double>> rows;
  for (std::size_t number = 1;; ++number) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) {
      return rows;
    }
    const std::string_view line = text.substr(0, end);
    const Place place{where, number};
    if (number > 1) {
      rows.push_back(to_row(line, columns, place));
    } else if (line != header) {
      refuse(place, std::string(header), std::string(line));
    }
    text.remove_prefix(end + 1);
  }
}

}  // namespace alexnet
