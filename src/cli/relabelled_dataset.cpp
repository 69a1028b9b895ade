#include "cli/relabelled_dataset.h"

#include <algorithm>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"

#include "data/csv_reader.h"

namespace alexnet::cli {
namespace {

class RelabelledDataset final : public Dataset {
 public:
  RelabelledDataset(std::unique_ptr<Dataset> base, std::vector<std::string> classes,
                    const std::vector<std::int32_t>& new_label)
      : base_(std::move(base)) {
    name_ = base_->name();
    root_ = base_->root();
    classes_ = std::move(classes);
    items_ = base_->items();
    for (auto& item : items_) {
      item.label = new_label[static_cast<std::size_t>(item.label)];
    }
  }

  [[nodiscard]] Image load(std::size_t item, bool apply_orientation) const override {
    return base_->load(item, apply_orientation);
  }
  [[nodiscard]] std::string content_hash(std::size_t item) const override { return base_->content_hash(item); }
  [[nodiscard]] std::optional<std::pair<int, int>> common_size() const override { return base_->common_size(); }

 private:
  std::unique_ptr<Dataset> base_;
};

/// "a, b, c", and how many more where they are many.
std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 20;
  const auto shown = std::min(names.size(), kShown);
  const auto first =
      fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  return names.size() > shown ? fmt::format("{} and {} more", first, names.size() - shown) : first;
}

std::vector<std::string> numbers_up_to(std::size_t count) {
  std::vector<std::string> numbers;
  for (std::size_t i = 0; i < count; ++i) {
    numbers.push_back(std::to_string(i));
  }
  return numbers;
}

/// Rows about folders that are not there are mistakes of typing.
void check_folders(const ClassMap& map, const Dataset& dataset) {
  std::vector<std::string> missing;
  for (const auto& [folder, name] : map) {
    if (std::ranges::find(dataset.classes(), folder) == dataset.classes().end()) {
      missing.push_back(folder);
    }
  }
  if (!missing.empty()) {
    throw Error(Message::kClassCountDiffers, {{"where", dataset.root().string()},
                                              {"expected", "the folders that --classes names: " + listed(missing)},
                                              {"got", listed(dataset.classes())},
                                              {"hint", "name folders as they are called on disk"}});
  }
}

}  // namespace

ClassMap read_class_map(const std::filesystem::path& path) {
  const auto text = read_text(path);
  ClassMap map;
  for (CsvReader reader(text, path, "folder,class"); !reader.at_end();) {
    const auto line = reader.line();
    auto fields = reader.record();
    if (!map.emplace(fields[0], fields[1]).second) {
      reject_csv(path, line, "each folder once", fields[0] + " again");
    }
  }
  return map;
}

std::unique_ptr<Dataset> relabelled(std::unique_ptr<Dataset> dataset, const std::vector<std::string>& classes,
                                    std::size_t class_count, const std::string& model, const ClassMap& map) {
  const auto& names = dataset->classes();
  if (map.empty() && (classes.empty() ? names.size() == class_count : names == classes)) {
    return dataset;
  }
  if (map.empty() && classes.empty()) {
    throw Error(Message::kClassCountDiffers, {{"where", dataset->root().string()},
                                              {"expected", fmt::format("{} classes as in {}", class_count, model)},
                                              {"got", fmt::format("{}", names.size())}});
  }
  check_folders(map, *dataset);
  const auto known = classes.empty() ? numbers_up_to(class_count) : classes;
  std::vector<std::int32_t> new_label;
  std::vector<std::string> unknown;
  for (const auto& name : names) {
    const auto mapped = map.find(name);
    const auto found = std::ranges::find(known, mapped == map.end() ? name : mapped->second);
    new_label.push_back(static_cast<std::int32_t>(found - known.begin()));
    if (found == known.end()) {
      unknown.push_back(mapped == map.end() ? name : fmt::format("{} (for folder {})", mapped->second, name));
    }
  }
  if (!unknown.empty()) {
    throw Error(Message::kClassCountDiffers,
                {{"where", dataset->root().string()},
                 {"expected", fmt::format("the classes of {} ({})", model, listed(known))},
                 {"got", fmt::format("folders {}; classes that it does not know: {}", listed(names), listed(unknown))},
                 {"hint", "say what each folder holds: --classes FILE, a CSV file with the columns folder,class"}});
  }
  return std::make_unique<RelabelledDataset>(std::move(dataset), known, new_label);
}

}  // namespace alexnet::cli
