#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "alexnet/core/error.h"
#include "alexnet/core/random.h"
#include "alexnet/data/dataset.h"
#include "alexnet/network/network.h"

namespace alexnet::testing_support {

/// 8x8 photos to scores, with every kind of layer that makes exact resume hard: running statistics and dropout.
inline Network tiny_network(int classes = 3, OutputKind output = OutputKind::kProbabilities) {
  return Network(
      {.name = "tiny",
       .input = {3, 8, 8},
       .layers = {Normalize{.name = "normalize"}, Conv2D{.name = "conv1", .filters = 4, .kernel = 3},
                  ReLU{.name = "relu1"}, MaxPool2D{.name = "pool1"}, BatchNorm{.name = "bn1", .momentum = 0.8},
                  Flatten{.name = "flatten"}, Dense{.name = "fc2", .units = 8}, ReLU{.name = "relu2"},
                  Dropout{.name = "drop2", .rate = 0.25}, Dense{.name = "fc3", .units = classes}},
       .output = output,
       .tensor_names = {{"conv1.weight", "features.0.weight"}}});
}

/// Noise in which class c lights one channel more than the others: easy to learn, and no two photos are equal.
class TinyDataset final : public Dataset {
 public:
  explicit TinyDataset(int photos_a_class = 12, int classes = 3, std::set<std::size_t> unreadable = {})
      : unreadable_(std::move(unreadable)) {
    name_ = "tiny photos";
    root_ = "/tiny";
    for (int c = 0; c < classes; ++c) {
      classes_.push_back("class " + std::to_string(c));
      for (int i = 0; i < photos_a_class; ++i) {
        items_.push_back({classes_.back() + "/" + std::to_string(i) + ".png", c, {}});
      }
    }
  }

  [[nodiscard]] Image load(std::size_t item, bool /*apply_orientation*/) const override {
    if (unreadable_.contains(item)) {
      throw Error(Message::kPhotoTruncated, {{"where", items_[item].path}});
    }
    Image image(10, 10, 3);
    RandomStream draws(7, Purpose::kCrop, 0, static_cast<std::uint32_t>(item));
    for (std::size_t i = 0; i < image.pixels.size(); ++i) {
      const bool lit = static_cast<std::int32_t>(i % 3) == items_[item].label % 3;
      image.pixels[i] = static_cast<std::uint8_t>(draws.below(120) + (lit ? 60 : 0));
    }
    return image;
  }

  [[nodiscard]] std::string content_hash(std::size_t item) const override {
    return std::string(56, '0') + std::to_string(10000000 + item + hash_offset_);
  }

  /// As if every photo had been exchanged.
  void change_content() { hash_offset_ = 1000; }

 private:
  std::set<std::size_t> unreadable_;
  std::size_t hash_offset_ = 0;
};

}  // namespace alexnet::testing_support
