#include "data/split_csv.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/data/split.h"

#include "core/text.h"
#include "data/csv_reader.h"

namespace alexnet {
namespace {

constexpr std::string_view kHeader = "path,label,class,part,sha256";

Part part_by_name(const std::string& name, const std::filesystem::path& path, std::size_t line) {
  for (const auto part : {Part::kTrain, Part::kVal, Part::kTest}) {
    if (name == name_of(part)) {
      return part;
    }
  }
  reject_csv(path, line, "train, val or test", name);
}

[[noreturn]] void reject_data(const std::filesystem::path& photo, std::string expected, std::string got) {
  throw Error(Message::kDataChanged,
              {{"where", photo.string()}, {"expected", std::move(expected)}, {"got", std::move(got)}});
}

}  // namespace

std::vector<SplitRow> read_split_rows(const std::filesystem::path& path) {
  const auto text = read_text(path);
  CsvReader reader(text, path, kHeader);
  std::vector<SplitRow> rows;
  while (!reader.at_end()) {
    const auto line = reader.line();
    auto fields = reader.record();
    SplitRow row{.path = std::move(fields[0]), .class_name = std::move(fields[2]), .sha256 = std::move(fields[4])};
    const auto* end = fields[1].data() + fields[1].size();
    if (const auto result = std::from_chars(fields[1].data(), end, row.label);
        result.ec != std::errc() || result.ptr != end) {
      reject_csv(path, line, "a class number", fields[1]);
    }
    row.part = part_by_name(fields[3], path, line);
    row.line = line;
    rows.push_back(std::move(row));
  }
  return rows;
}

void write_split(const std::filesystem::path& path, const Dataset& dataset, const Split& split,
                 const std::vector<std::string>& content_hashes) {
  std::string text(kHeader);
  text += '\n';
  for (std::size_t i = 0; i < dataset.size(); ++i) {
    const auto& item = dataset.items()[i];
    const auto& class_name = dataset.classes().at(static_cast<std::size_t>(item.label));
    text += fmt::format("{},{},{},{},{}\n", csv_field(item.path), item.label, csv_field(class_name),
                        name_of(split.part.at(i)), content_hashes.at(i));
  }
  write_file_atomically(path, text);
}

Split read_split(const std::filesystem::path& path, const Dataset& dataset) {
  std::unordered_map<std::string_view, std::size_t> item_of;
  for (std::size_t i = 0; i < dataset.size(); ++i) {
    item_of.emplace(dataset.items()[i].path, i);
  }
  Split split;
  split.part.resize(dataset.size());
  std::vector<bool> seen(dataset.size());
  for (const auto& row : read_split_rows(path)) {
    const auto found = item_of.find(row.path);
    if (found == item_of.end()) {
      reject_data(dataset.root() / row.path, fmt::format("a photo, as line {} of {} has it", row.line, path.string()),
                  "none");
    }
    const auto item = found->second;
    const auto& class_name = dataset.classes().at(static_cast<std::size_t>(dataset.items()[item].label));
    if (class_name != row.class_name) {
      reject_data(dataset.root() / row.path, fmt::format("class {}", row.class_name),
                  fmt::format("class {}", class_name));
    }
    if (seen[item]) {
      reject_csv(path, row.line, "each photo once", row.path + " a second time");
    }
    seen[item] = true;
    split.part[item] = row.part;
  }
  if (const auto missing = std::ranges::find(seen, false); missing != seen.end()) {
    const auto item = static_cast<std::size_t>(missing - seen.begin());
    reject_data(dataset.root() / dataset.items()[item].path, fmt::format("only photos of {}", path.string()),
                "a new photo");
  }
  return split;
}

}  // namespace alexnet
