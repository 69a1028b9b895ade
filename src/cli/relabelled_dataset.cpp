#include "cli/relabelled_dataset.h"

#include <algorithm>

#include <fmt/format.h>

#include "alexnet/core/error.h"

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

}  // namespace

std::unique_ptr<Dataset> relabelled(std::unique_ptr<Dataset> dataset, const std::vector<std::string>& classes,
                                    std::size_t class_count, const std::string& model) {
  const auto& names = dataset->classes();
  if (classes.empty() ? names.size() == class_count : names == classes) {
    return dataset;
  }
  std::vector<std::int32_t> new_label;
  std::vector<std::string> unknown;
  for (const auto& name : names) {
    const auto found = std::ranges::find(classes, name);
    new_label.push_back(static_cast<std::int32_t>(found - classes.begin()));
    if (found == classes.end()) {
      unknown.push_back(name);
    }
  }
  if (!unknown.empty()) {
    throw Error(
        Message::kClassCountDiffers,
        {{"where", dataset->root().string()},
         {"expected", classes.empty() ? fmt::format("{} classes as in {}", class_count, model)
                                      : fmt::format("the classes of {} ({})", model, fmt::join(classes, ", "))},
         {"got", classes.empty() ? fmt::format("{}", names.size())
                                 : fmt::format("classes that it does not know: {}", fmt::join(unknown, ", "))}});
  }
  return std::make_unique<RelabelledDataset>(std::move(dataset), classes, new_label);
}

}  // namespace alexnet::cli
