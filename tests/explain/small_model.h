#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "alexnet/core/random.h"
#include "alexnet/data/dataset.h"
#include "alexnet/explain/photo_set.h"
#include "alexnet/formats/model_file.h"

namespace alexnet::testing_support {

/// A model of `network` that reads photos of its own size; classes "c0", "c1", ...
inline Model model_of(Network network, Weights weights) {
  const Shape input = network.input();
  Geometry geometry;
  geometry.channels = static_cast<int>(input[0]);
  geometry.height = static_cast<int>(input[1]);
  geometry.width = static_cast<int>(input[2]);
  geometry.resize = std::max(geometry.width, geometry.height);
  std::vector<std::string> classes;
  for (std::int64_t i = 0; i < network.classes(); ++i) {
    classes.push_back("c" + std::to_string(i));
  }
  return {std::move(network), std::move(weights), geometry, classes};
}

inline void set(Weights& weights, const std::string& name, const std::vector<float>& values) {
  Tensor& tensor = weights.at(name);
  tensor = Tensor::of<float>(tensor.shape(), values);
}

/// A grey photo of these pixels, row by row.
inline Image grey(int width, int height, const std::vector<int>& pixels) {
  Image image(width, height, 1);
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    image.pixels[i] = static_cast<std::uint8_t>(pixels[i]);
  }
  return image;
}

/// Photos that are given.
class GivenPhotos final : public Dataset {
 public:
  explicit GivenPhotos(std::vector<std::string> classes) {
    name_ = "given";
    classes_ = std::move(classes);
  }
  void add(const std::string& path, int label, Image photo) {
    items_.push_back({path, label, {}});
    photos_.push_back(std::move(photo));
  }
  [[nodiscard]] Image load(std::size_t item, bool /*apply_orientation*/) const override { return photos_[item]; }
  [[nodiscard]] std::string content_hash(std::size_t item) const override { return items_[item].path; }

 private:
  std::vector<Image> photos_;
};

/// All photos of a data set, without parts.
inline explain::PhotoSet set_of(std::shared_ptr<const Dataset> dataset) {
  explain::PhotoSet set{.name = "tiny", .dataset = std::move(dataset)};
  set.items.resize(set.dataset->size());
  std::iota(set.items.begin(), set.items.end(), std::size_t{0});
  set.parts.resize(set.items.size());
  return set;
}

/// Random bytes.
inline Image noise_photo(int width, int height, int channels, std::uint64_t seed) {
  Image image(width, height, channels);
  RandomStream draws(seed, Purpose::kCrop);
  for (auto& pixel : image.pixels) {
    pixel = static_cast<std::uint8_t>(draws.below(256));
  }
  return image;
}

}  // namespace alexnet::testing_support
