#pragma once

#include <atomic>
#include <chrono>
#include <new>
#include <numeric>
#include <set>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "alexnet/core/error.h"
#include "alexnet/data/loader.h"

#include "data_module/photo_folder.h"

namespace alexnet::testing_support {

/// Photos made from their number; some cannot be read, all take their time.
class NoiseSet final : public Dataset {
 public:
  explicit NoiseSet(std::size_t photos) {
    name_ = "noise";
    classes_ = {"a", "b", "c"};
    for (std::size_t i = 0; i < photos; ++i) {
      items_.push_back({"photo " + std::to_string(i), static_cast<std::int32_t>(i % 3), {}});
    }
  }
  [[nodiscard]] Image load(std::size_t item, bool) const override {
    ++loads;
    std::this_thread::sleep_for(delay);
    if (bad.contains(item)) {
      throw Error(Message::kPhotoTruncated, {{"where", items_[item].path}});
    }
    if (item == out_of_memory) {
      throw std::bad_alloc();
    }
    return noise(11 + static_cast<int>(item % 5), 9 + static_cast<int>(item % 3), 3,
                 static_cast<std::uint32_t>(item + (changed.contains(item) ? 1000 : 0)));
  }
  [[nodiscard]] std::string content_hash(std::size_t item) const override {
    return (changed.contains(item) ? "new " : "") + std::to_string(item);
  }

  std::set<std::size_t> bad;
  std::set<std::size_t> changed;  // their files hold other bytes
  std::size_t out_of_memory = SIZE_MAX;
  std::chrono::microseconds delay{0};
  mutable std::atomic<int> loads = 0;
};

inline std::vector<std::size_t> all_items(const Dataset& dataset) {
  std::vector<std::size_t> items(dataset.size());
  std::iota(items.begin(), items.end(), std::size_t{0});
  return items;
}

inline LoaderOptions options_for(int batch, int threads = 2) {
  return {.geometry = {.resize = 10, .width = 8, .height = 7},
          .augmentation = {.crop = CropMode::kRandom, .flip = true},
          .batch = batch,
          .threads = threads,
          .prefetch = 3,
          .shuffle = true,
          .seed = 42};
}

/// All that a batch says, to compare.
struct Copy {
  Tensor input;
  int rows = 0;
  std::vector<std::int32_t> labels;
  std::vector<std::size_t> items;
  std::vector<std::tuple<int, int, bool, float, float, std::int32_t>> cuts;
  std::vector<std::string> bad;
  std::uint32_t epoch = 0;
  std::uint32_t position = 0;
  std::int64_t next_position = 0;
  friend bool operator==(const Copy&, const Copy&) = default;
};

inline Copy copy_of(const LoadedBatch& loaded) {
  const auto& batch = loaded.batch;
  Copy copy{batch.input, batch.rows,  batch.labels,   loaded.items,        {},
            {},          batch.epoch, batch.position, loaded.next_position};
  for (std::size_t row = 0; row < batch.photos.size(); ++row) {
    const auto& photo = batch.photos[row];
    const auto mixed = loaded.mixed.empty() ? MixedLabel{} : loaded.mixed[row];
    copy.cuts.emplace_back(photo.crop_top, photo.crop_left, photo.flipped, photo.colour_offset[0], mixed.share,
                           mixed.other);
  }
  for (const auto& bad : loaded.bad) {
    copy.bad.push_back(std::to_string(bad.item) + " " + bad.path + ": " + bad.reason);
  }
  return copy;
}

inline std::vector<Copy> rest_of_epoch(Loader& loader) {
  std::vector<Copy> batches;
  while (const auto* loaded = loader.next()) {
    batches.push_back(copy_of(*loaded));
  }
  return batches;
}

inline std::vector<Copy> epoch_of(const Dataset& dataset, const LoaderOptions& options, std::uint32_t epoch,
                                  std::int64_t position = 0) {
  Loader loader(dataset, all_items(dataset), options);
  loader.start(epoch, position);
  return rest_of_epoch(loader);
}

}  // namespace alexnet::testing_support
