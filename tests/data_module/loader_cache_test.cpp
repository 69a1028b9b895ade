#include <filesystem>
#include <memory>

#include <gtest/gtest.h>

#include "alexnet/data/disk_cache.h"
#include "alexnet/data/loader.h"

#include "data_module/noise_set.h"
#include "support/temporary_folder.h"

namespace alexnet {
namespace {

using testing_support::all_items;
using testing_support::epoch_of;
using testing_support::NoiseSet;
using testing_support::options_for;
using testing_support::rest_of_epoch;
using testing_support::TemporaryFolder;

/// Everything that can be drawn.
LoaderOptions augmented_options(CropMode crop, int threads) {
  auto options = options_for(16, threads);
  options.augmentation = {.crop = crop,
                          .flip = true,
                          .crop_area = 0.2,
                          .rotation = 20,
                          .brightness = 0.4,
                          .contrast = 0.4,
                          .saturation = 0.4,
                          .cutout = 0.3,
                          .mixup = 0.4,
                          .colour_noise = {.strength = 0.1}};
  return options;
}

TEST(Loader, BatchesAreTheSameWithAndWithoutCache) {
  const NoiseSet dataset(40);
  auto options = options_for(16);
  options.cache_bytes = 0;
  const auto expected = epoch_of(dataset, options, 5);
  for (const std::int64_t cache : {std::int64_t{10} * 10 * 3 * 20, std::int64_t{1} << 30}) {  // half of them, all
    options.cache_bytes = cache;
    Loader loader(dataset, all_items(dataset), options);
    loader.start(4);
    rest_of_epoch(loader);
    loader.start(5);
    EXPECT_EQ(rest_of_epoch(loader), expected) << cache;
  }
}

TEST(Loader, CacheKeepsWhatFitsAndDecodesTheRest) {
  const NoiseSet dataset(40);
  const auto loads_of_second_epoch = [&](std::int64_t cache) {
    auto options = options_for(16);
    options.cache_bytes = cache;
    Loader loader(dataset, all_items(dataset), options);
    loader.start(0);
    rest_of_epoch(loader);
    dataset.loads = 0;
    loader.start(1);
    rest_of_epoch(loader);
    return dataset.loads.load();
  };
  EXPECT_EQ(loads_of_second_epoch(0), 40);
  EXPECT_EQ(loads_of_second_epoch(300 * 25), 15);  // a square is 10 x 10 x 3 bytes
  EXPECT_EQ(loads_of_second_epoch(1 << 20), 0);
}

TEST(Loader, AugmentedBatchesAreTheSameOnAnyNumberOfThreadsFromAnyPlaceAndWithoutCache) {
  NoiseSet dataset(50);
  dataset.bad = {7, 31};
  for (const auto crop : {CropMode::kCentre, CropMode::kRandom, CropMode::kRandomResized}) {
    auto options = augmented_options(crop, 1);
    const auto expected = epoch_of(dataset, options, 3);
    ASSERT_EQ(expected.size(), 4U);
    EXPECT_NE(epoch_of(dataset, options, 4)[0].input, expected[0].input);
    options.cache_bytes = 0;
    for (const int threads : {2, 5}) {
      options.threads = threads;
      EXPECT_EQ(epoch_of(dataset, options, 3), expected) << threads;
      const auto rest = epoch_of(dataset, options, 3, expected[1].next_position);
      ASSERT_EQ(rest.size(), 2U);
      EXPECT_EQ(rest[0], expected[2]);
      EXPECT_EQ(rest[1], expected[3]);
    }
  }
}

LoaderOptions with_disk(LoaderOptions options, const std::filesystem::path& folder) {
  options.cache_bytes = 0;
  options.disk_cache =
      std::make_shared<DiskCache>(DiskCacheOptions{.folder = folder, .bytes = 8 << 20, .free_bytes = 0});
  return options;
}

TEST(LoaderDiskCache, ChangesNoBatchColdOrWarm) {
  NoiseSet dataset(50);
  dataset.bad = {7, 31};
  const TemporaryFolder folder;
  for (const auto crop : {CropMode::kCentre, CropMode::kRandom, CropMode::kRandomResized}) {
    const auto options = augmented_options(crop, 2);
    const auto expected = epoch_of(dataset, options, 3);
    dataset.loads = 0;
    EXPECT_EQ(epoch_of(dataset, with_disk(options, folder.path()), 3), expected);
    // Squares are made once for both crops that use them; bad photos are tried again.
    EXPECT_EQ(dataset.loads.load(), crop == CropMode::kRandom ? 2 : 50);
    dataset.loads = 0;
    for (const int threads : {1, 5}) {
      auto warm = with_disk(options, folder.path());
      warm.threads = threads;
      EXPECT_EQ(epoch_of(dataset, warm, 3), expected);
    }
    EXPECT_EQ(dataset.loads.load(), 2 * 2);
  }
}

TEST(LoaderDiskCache, ServesViewsToo) {
  const NoiseSet dataset(20);
  const TemporaryFolder folder;
  auto options = options_for(8);
  options.shuffle = false;
  options.cuts = {{.left = 0, .top = 3}, {.left = 2, .top = 0, .flipped = true}};
  const auto expected = epoch_of(dataset, options, 0);
  EXPECT_EQ(epoch_of(dataset, with_disk(options, folder.path()), 0), expected);
  dataset.loads = 0;
  EXPECT_EQ(epoch_of(dataset, with_disk(options, folder.path()), 0), expected);
  EXPECT_EQ(dataset.loads.load(), 0);
}

TEST(LoaderDiskCache, SeesThatAPhotoChanged) {
  NoiseSet dataset(20);
  const TemporaryFolder folder;
  const auto options = options_for(8);
  const auto before = epoch_of(dataset, with_disk(options, folder.path()), 0);
  dataset.changed = {4, 11};
  const auto expected = epoch_of(dataset, options, 0);
  EXPECT_NE(expected, before);
  dataset.loads = 0;
  EXPECT_EQ(epoch_of(dataset, with_disk(options, folder.path()), 0), expected);
  EXPECT_EQ(dataset.loads.load(), 2);
}

TEST(LoaderDiskCache, ServesWhatTheMemoryDoesNotHold) {
  const NoiseSet dataset(40);
  const TemporaryFolder folder;
  auto options = with_disk(options_for(16), folder.path());
  options.cache_bytes = 300 * 25;
  Loader loader(dataset, all_items(dataset), options);
  loader.start(0);
  rest_of_epoch(loader);
  dataset.loads = 0;
  loader.start(1);
  rest_of_epoch(loader);
  EXPECT_EQ(dataset.loads.load(), 0);
  EXPECT_EQ(options.disk_cache->found(), 15);
}

}  // namespace
}  // namespace alexnet
