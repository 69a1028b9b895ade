#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "alexnet/data/dataset.h"

namespace alexnet {

/// Pictures of one size, all in memory, with fixed parts train and test.
class MemoryDataset final : public Dataset {
 public:
  MemoryDataset(std::filesystem::path root, int width, int height, int channels);

  /// Takes (count,H,W,C) bytes and one label each as items "train/00000", "train/00001" and so on.
  void add_part(Part part, std::vector<std::uint8_t> pixels, const std::vector<std::uint8_t>& labels);
  void set_classes(std::vector<std::string> classes) { classes_ = std::move(classes); }

  [[nodiscard]] Image load(std::size_t item, bool apply_orientation) const override;
  [[nodiscard]] std::string content_hash(std::size_t item) const override;
  [[nodiscard]] std::optional<std::pair<int, int>> common_size() const override { return std::pair(width_, height_); }

 private:
  [[nodiscard]] const std::uint8_t* pixels_of(std::size_t item) const;
  [[nodiscard]] std::size_t picture_bytes() const;

  int width_;
  int height_;
  int channels_;
  std::vector<std::vector<std::uint8_t>> parts_;  // one a call of add_part
  std::vector<std::size_t> first_item_;
};

/// Name of a folder as people would say it: the last component, also of "." and "a/b/".
[[nodiscard]] std::string folder_name(const std::filesystem::path& folder);

/// {train,t10k}-{images-idx3,labels-idx1}-ubyte, each with or without .gz. Class names: classes.txt, a name a line,
/// else those of the known set that the folder is named after, else numbers.
[[nodiscard]] bool holds_idx(const std::filesystem::path& folder);
[[nodiscard]] std::unique_ptr<Dataset> open_idx(const std::filesystem::path& folder);

/// CIFAR-10's binary form: data_batch_*.bin and test_batch.bin; class names from batches.meta.txt where it is there.
[[nodiscard]] bool holds_cifar(const std::filesystem::path& folder);
[[nodiscard]] std::unique_ptr<Dataset> open_cifar(const std::filesystem::path& folder);

}  // namespace alexnet
