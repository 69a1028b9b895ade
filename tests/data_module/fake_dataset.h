#pragma once

#include <string>
#include <vector>

#include "alexnet/data/dataset.h"

namespace alexnet::testing_support {

/// Items without photos, for what looks at paths, labels and hashes alone.
class FakeDataset final : public Dataset {
 public:
  explicit FakeDataset(std::vector<std::string> classes) {
    name_ = "fake";
    root_ = "/fake";
    classes_ = std::move(classes);
  }
  void add(std::string path, std::int32_t label, std::string hash, std::optional<Part> part = {}) {
    items_.push_back({std::move(path), label, part});
    hashes_.push_back(std::move(hash));
  }
  [[nodiscard]] const std::vector<std::string>& hashes() const { return hashes_; }

  [[nodiscard]] Image load(std::size_t, bool) const override { return {1, 1, 3}; }
  [[nodiscard]] std::string content_hash(std::size_t item) const override { return hashes_.at(item); }

 private:
  std::vector<std::string> hashes_;
};

}  // namespace alexnet::testing_support
