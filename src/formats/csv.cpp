#include "formats/csv.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/formats/run_folder.h"

namespace alexnet {
namespace {

/// The next record from `text`, which is shortened by it; `lines` counts its line feeds. False at the end, and for a
/// record that is cut off.
bool take_record(std::string_view& text, std::vector<std::string>& fields, std::size_t& lines) {
  fields.assign(1, {});
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    lines += c == '\n' ? 1U : 0U;
    if (quoted) {
      if (c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
        fields.back() += '"';
        ++i;
      } else if (c == '"') {
        quoted = false;
      } else {
        fields.back() += c;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      fields.emplace_back();
    } else if (c == '\n') {
      text.remove_prefix(i + 1);
      return true;
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  return false;
}

}  // namespace

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) {
    return text;
  }
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  }
  return quoted + '"';
}

std::string csv_number(double value) { return std::isnan(value) ? std::string() : fmt::format("{}", value); }

std::vector<std::vector<std::string>> parse_csv(std::string_view text, std::string_view header,
                                                const std::string& where) {
  const auto first_end = text.find('\n');
  if (first_end == std::string_view::npos) {
    return {};  // not even the header was written whole
  }
  const std::string_view first = text.substr(0, first_end);
  if (first != header) {
    throw Error(
        Message::kFileFormat,
        {{"where", fmt::format("{}, line 1", where)}, {"expected", std::string(header)}, {"got", std::string(first)}});
  }
  text.remove_prefix(first_end + 1);
  const auto columns = static_cast<std::size_t>(std::count(header.begin(), header.end(), ',')) + 1;
  std::vector<std::vector<std::string>> records;
  std::vector<std::string> fields;
  std::size_t line = 2;
  for (std::size_t next = line; take_record(text, fields, next); line = next) {
    if (fields.size() != columns) {
      throw Error(Message::kFileFormat, {{"where", fmt::format("{}, line {}", where, line)},
                                         {"expected", fmt::format("{} columns", columns)},
                                         {"got", fmt::format("{}", fields.size())}});
    }
    records.push_back(fields);
  }
  return records;
}

}  // namespace alexnet
