#include "train/mean_image.h"

#include <cstdint>
#include <string>
#include <utility>

#include "alexnet/data/loader.h"

namespace alexnet {
namespace {

constexpr int kPhotosABatch = 64;

/// Sums of the bytes (H,W,C) of all photos. Whole numbers: their order does not matter.
struct Sums {
  std::vector<std::int64_t> of_byte;
  std::int64_t photos = 0;

  void add(const Batch& batch) {
    const auto bytes = batch.input.as<std::uint8_t>();
    for (int row = 0; row < batch.rows; ++row) {
      const std::uint8_t* photo = bytes.data() + static_cast<std::size_t>(row) * of_byte.size();
      for (std::size_t i = 0; i < of_byte.size(); ++i) {
        of_byte[i] += photo[i];
      }
    }
    photos += batch.rows;
  }
};

std::string mean_name(const Normalize& normalize) { return normalize.name + ".mean"; }

}  // namespace

bool has_mean_image(const Weights& weights, const Network& network) {
  const Normalize* normalize = network.normalize();
  return normalize != nullptr && weights.contains(mean_name(*normalize));
}

void put_mean_image(Weights& weights, const Network& network, const Dataset& dataset,
                    const std::vector<std::size_t>& photos, Geometry geometry, int threads,
                    const std::shared_ptr<DiskCache>& disk_cache, const std::atomic<int>& stop) {
  const Normalize* normalize = network.normalize();
  if (normalize == nullptr || !normalize->mean_image) {
    return;
  }
  const int side = geometry.resize;
  geometry.width = geometry.height = side;
  Loader loader(
      dataset, photos,
      {.geometry = geometry, .batch = kPhotosABatch, .threads = threads, .cache_bytes = 0, .disk_cache = disk_cache});
  const auto channels = static_cast<std::size_t>(geometry.channels);
  Sums sums{std::vector<std::int64_t>(static_cast<std::size_t>(side) * static_cast<std::size_t>(side) * channels)};
  loader.start(0);
  for (const LoadedBatch* loaded = loader.next(); loaded != nullptr && stop.load() == 0; loaded = loader.next()) {
    sums.add(loaded->batch);
  }
  if (sums.photos == 0) {
    return;
  }
  Tensor mean(ElementType::kF32, {geometry.channels, side, side});
  const auto values = mean.as<float>();
  const std::size_t pixels = sums.of_byte.size() / channels;
  const double factor = normalize->scale / static_cast<double>(sums.photos);
  for (std::size_t c = 0; c < channels; ++c) {
    const std::size_t source = normalize->order == Normalize::Order::kBGR ? channels - 1 - c : c;
    for (std::size_t i = 0; i < pixels; ++i) {
      values[c * pixels + i] = static_cast<float>(static_cast<double>(sums.of_byte[i * channels + source]) * factor);
    }
  }
  weights.insert_or_assign(mean_name(*normalize), std::move(mean));
}

}  // namespace alexnet
