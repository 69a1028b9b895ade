#include "data/csv_reader.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "alexnet/core/error.h"

namespace alexnet {

void reject_csv(const std::filesystem::path& path, std::size_t line, std::string expected, std::string got) {
  throw Error(Message::kFileFormat, {{"where", fmt::format("{}, line {}", path.string(), line)},
                                     {"expected", std::move(expected)},
                                     {"got", std::move(got)}});
}

CsvReader::CsvReader(std::string_view text, const std::filesystem::path& path, std::string_view header)
    : text_(text), path_(path) {
  if (text_.empty()) {
    reject_csv(path_, 1, std::string(header), "an empty file");
  }
  const auto names = fields();
  if (const auto found = fmt::format("{}", fmt::join(names, ",")); found != header) {
    reject_csv(path_, 1, std::string(header), found);
  }
  columns_ = names.size();
}

std::vector<std::string> CsvReader::record() {
  const auto first_line = line_;
  auto found = fields();
  if (found.size() != columns_) {
    reject_csv(path_, first_line, fmt::format("{} columns", columns_), fmt::format("{}", found.size()));
  }
  return found;
}

std::vector<std::string> CsvReader::fields() {
  std::vector<std::string> found;
  do {
    found.push_back(text_.starts_with('"') ? quoted() : plain());
  } while (take(','));
  take('\r');
  if (!text_.empty() && !take('\n')) {
    reject_csv(path_, line_, "a comma or the end of the line after a quoted field", std::string(1, text_.front()));
  }
  ++line_;
  return found;
}

bool CsvReader::take(char c) {
  const bool is_next = text_.starts_with(c);
  text_.remove_prefix(is_next ? 1 : 0);
  return is_next;
}

std::string CsvReader::plain() {
  const auto end = std::min(text_.find_first_of(",\r\n"), text_.size());
  std::string field(text_.substr(0, end));
  text_.remove_prefix(end);
  return field;
}

std::string CsvReader::quoted() {
  std::string field;
  do {
    text_.remove_prefix(1);  // the opening quote, or the second one of a pair
    const auto end = text_.find('"');
    if (end == std::string_view::npos) {
      reject_csv(path_, line_, "a closing quote", "the end of the file");
    }
    field += text_.substr(0, end);
    text_.remove_prefix(end + 1);
    field += text_.starts_with('"') ? "\"" : "";
  } while (text_.starts_with('"'));
  line_ += static_cast<std::size_t>(std::ranges::count(field, '\n'));
  return field;
}

}  // namespace alexnet
