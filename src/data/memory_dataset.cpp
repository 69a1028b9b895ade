#include "data/memory_dataset.h"

#include <algorithm>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"

namespace alexnet {

MemoryDataset::MemoryDataset(std::filesystem::path root, int width, int height, int channels)
    : width_(width), height_(height), channels_(channels) {
  name_ = folder_name(root);
  root_ = std::move(root);
}

std::size_t MemoryDataset::picture_bytes() const {
  return static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_) * static_cast<std::size_t>(channels_);
}

void MemoryDataset::add_part(Part part, std::vector<std::uint8_t> pixels, const std::vector<std::uint8_t>& labels) {
  if (pixels.size() != labels.size() * picture_bytes()) {
    throw Error(Message::kWrongCall, {{"where", "MemoryDataset::add_part"},
                                      {"expected", fmt::format("{} bytes", labels.size() * picture_bytes())},
                                      {"got", fmt::format("{} bytes", pixels.size())}});
  }
  first_item_.push_back(items_.size());
  parts_.push_back(std::move(pixels));
  const auto begins = std::ranges::count(items_, part, [](const Item& item) { return *item.fixed_part; });
  for (std::size_t i = 0; i < labels.size(); ++i) {
    items_.push_back({.path = fmt::format("{}/{:05}", name_of(part), static_cast<std::size_t>(begins) + i),
                      .label = labels[i],
                      .fixed_part = part});
  }
}

const std::uint8_t* MemoryDataset::pixels_of(std::size_t item) const {
  if (item >= items_.size()) {
    throw Error(Message::kWrongCall, {{"where", "Dataset"},
                                      {"expected", fmt::format("an item below {}", items_.size())},
                                      {"got", std::to_string(item)}});
  }
  const auto part = static_cast<std::size_t>(std::ranges::upper_bound(first_item_, item) - first_item_.begin()) - 1;
  return parts_[part].data() + (item - first_item_[part]) * picture_bytes();
}

Image MemoryDataset::load(std::size_t item, bool /*nothing to orient*/) const {
  Image image(width_, height_, channels_);
  std::copy_n(pixels_of(item), picture_bytes(), image.pixels.data());
  return image;
}

std::string MemoryDataset::content_hash(std::size_t item) const {
  return sha256(std::as_bytes(std::span(pixels_of(item), picture_bytes())));
}

std::string folder_name(const std::filesystem::path& folder) {
  std::error_code error;
  auto path = std::filesystem::canonical(folder, error);
  if (error) {
    path = folder.lexically_normal();
  }
  return path.has_filename() ? path.filename().string() : path.parent_path().filename().string();
}

}  // namespace alexnet
