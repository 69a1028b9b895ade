#include "alexnet/data/loader.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <numeric>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "alexnet/core/random.h"

#include "data_module/photo_folder.h"
#include "support/thrown.h"

namespace alexnet {
namespace {

using testing_support::message_of;
using testing_support::noise;

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
    return noise(11 + static_cast<int>(item % 5), 9 + static_cast<int>(item % 3), 3, static_cast<std::uint32_t>(item));
  }
  [[nodiscard]] std::string content_hash(std::size_t item) const override { return std::to_string(item); }

  std::set<std::size_t> bad;
  std::size_t out_of_memory = SIZE_MAX;
  std::chrono::microseconds delay{0};
  mutable std::atomic<int> loads = 0;
};

std::vector<std::size_t> all_items(const Dataset& dataset) {
  std::vector<std::size_t> items(dataset.size());
  std::iota(items.begin(), items.end(), std::size_t{0});
  return items;
}

LoaderOptions options_for(int batch, int threads = 2) {
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

Copy copy_of(const LoadedBatch& loaded) {
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

std::vector<Copy> rest_of_epoch(Loader& loader) {
  std::vector<Copy> batches;
  while (const auto* loaded = loader.next()) {
    batches.push_back(copy_of(*loaded));
  }
  return batches;
}

std::vector<Copy> epoch_of(const Dataset& dataset, const LoaderOptions& options, std::uint32_t epoch,
                           std::int64_t position = 0) {
  Loader loader(dataset, all_items(dataset), options);
  loader.start(epoch, position);
  return rest_of_epoch(loader);
}

TEST(Loader, BatchesAreTheSameOnAnyNumberOfThreads) {
  NoiseSet dataset(50);
  dataset.bad = {7, 31};
  const auto expected = epoch_of(dataset, options_for(16, 1), 3);
  ASSERT_EQ(expected.size(), 4U);
  for (const int threads : {2, 5}) {
    EXPECT_EQ(epoch_of(dataset, options_for(16, threads), 3), expected) << threads;
  }
}

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

TEST(Loader, RandomResizedRowsComeFromThePhoto) {
  const NoiseSet dataset(20);
  auto options = options_for(8);
  options.augmentation = {.crop = CropMode::kRandomResized, .crop_area = 0.3};
  options.shuffle = false;
  const auto batches = epoch_of(dataset, options, 2);
  for (std::uint32_t position = 0; position < 20; ++position) {
    const Image photo = dataset.load(position, true);
    const PixelBox part = random_part(photo.width, photo.height, 0.3, {options.seed, 2, position});
    const Image expected = resize(crop(photo, part.left, part.top, part.width, part.height), 8, 7);
    const auto got = batches[position / 8].input.as<std::uint8_t>().subspan(position % 8 * 168, 168);
    EXPECT_TRUE(std::ranges::equal(got, expected.pixels)) << position;
  }
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

TEST(Loader, RowsAreThePhotosThatTheyName) {
  const NoiseSet dataset(20);
  auto options = options_for(8);
  for (const auto& batch : epoch_of(dataset, options, 2)) {
    EXPECT_EQ(batch.input.shape(), (Shape{8, 7, 8, 3}));
    for (std::size_t row = 0; row < batch.items.size(); ++row) {
      const auto item = batch.items[row];
      EXPECT_EQ(batch.labels[row], dataset.items()[item].label);
      const auto position = batch.position + static_cast<std::uint32_t>(row);
      const auto cut = random_cut(options.geometry, options.augmentation, {options.seed, 2, position});
      EXPECT_EQ(batch.cuts[row], std::tuple(cut.top, cut.left, cut.flipped, 0.0F, 1.0F, 0));
      std::vector<std::uint8_t> expected(8 * 7 * 3);
      apply_cut(prepare(dataset.load(item, true), options.geometry), options.geometry, cut, expected.data());
      const auto got = batch.input.as<std::uint8_t>().subspan(row * expected.size(), expected.size());
      EXPECT_TRUE(std::ranges::equal(got, expected)) << item;
    }
  }
}

TEST(Loader, EveryPhotoComesOnceAnEpochInANewOrder) {
  const NoiseSet dataset(50);
  Loader loader(dataset, all_items(dataset), options_for(16));
  EXPECT_EQ(loader.photos(), 50);
  EXPECT_EQ(loader.batches(), 4);
  std::vector<std::vector<std::size_t>> orders;
  for (std::uint32_t epoch = 0; epoch < 2; ++epoch) {
    loader.start(epoch);
    auto& order = orders.emplace_back();
    for (const auto& batch : rest_of_epoch(loader)) {
      EXPECT_EQ(batch.epoch, epoch);
      EXPECT_EQ(batch.position, order.size());
      order.insert(order.end(), batch.items.begin(), batch.items.end());
      EXPECT_EQ(batch.next_position, static_cast<std::int64_t>(order.size()));
    }
  }
  EXPECT_NE(orders[0], orders[1]);
  for (auto& order : orders) {
    std::ranges::sort(order);
    EXPECT_EQ(order, all_items(dataset));
  }
}

TEST(Loader, KeepsTheGivenOrderWithoutShuffling) {
  const NoiseSet dataset(30);
  auto options = options_for(8);
  options.shuffle = false;
  const std::vector<std::size_t> wanted = {29, 3, 3, 17, 0, 5, 8, 9, 1, 2};
  Loader loader(dataset, wanted, options);
  loader.start(0);
  std::vector<std::size_t> got;
  for (const auto& batch : rest_of_epoch(loader)) {
    got.insert(got.end(), batch.items.begin(), batch.items.end());
  }
  EXPECT_EQ(got, wanted);
}

TEST(Loader, TheLastBatchIsShortAndItsPaddingEmpty) {
  const NoiseSet dataset(19);
  const auto batches = epoch_of(dataset, options_for(8), 0);
  ASSERT_EQ(batches.size(), 3U);
  EXPECT_EQ(batches[2].rows, 3);
  EXPECT_EQ(batches[2].labels.size(), 3U);
  EXPECT_EQ(batches[2].input.shape()[0], 8);
  const auto padding = batches[2].input.as<std::uint8_t>().subspan(3 * 8 * 7 * 3);
  EXPECT_TRUE(std::ranges::all_of(padding, [](std::uint8_t pixel) { return pixel == 0; }));
}

TEST(Loader, FewerPhotosThanABatchMakeOneShortBatch) {
  const NoiseSet dataset(3);
  const auto batches = epoch_of(dataset, options_for(64, 4), 0);
  ASSERT_EQ(batches.size(), 1U);
  EXPECT_EQ(batches[0].rows, 3);
}

TEST(Loader, NoPhotosMakeNoBatch) {
  const NoiseSet dataset(3);
  Loader loader(dataset, {}, options_for(8));
  loader.start(0);
  EXPECT_EQ(loader.next(), nullptr);
  EXPECT_EQ(loader.batches(), 0);
}

TEST(Loader, StartsInTheMiddleOfAnEpoch) {
  NoiseSet dataset(50);
  dataset.bad = {9};
  const auto whole = epoch_of(dataset, options_for(16), 7);
  const auto half = epoch_of(dataset, options_for(16, 3), 7, whole[1].next_position);
  ASSERT_EQ(half.size(), 2U);
  EXPECT_EQ(half[0], whole[2]);
  EXPECT_EQ(half[1], whole[3]);
}

TEST(Loader, TheEndIsAPositionToo) {
  const NoiseSet dataset(20);
  EXPECT_TRUE(epoch_of(dataset, options_for(8), 0, 20).empty());
  Loader loader(dataset, all_items(dataset), options_for(8));
  EXPECT_EQ(message_of([&] { loader.start(0, 21); }), Message::kWrongCall);
  EXPECT_EQ(message_of([&] { loader.start(0, -1); }), Message::kWrongCall);
}

TEST(Loader, StartDropsWhatWasAhead) {
  const NoiseSet dataset(64);
  Loader loader(dataset, all_items(dataset), options_for(4, 3));
  const auto expected = epoch_of(dataset, options_for(4), 1);
  for (int taken = 0; taken < 8; ++taken) {
    loader.start(0);
    for (int i = 0; i < taken; ++i) {
      loader.next();
    }
  }
  loader.start(1);
  EXPECT_EQ(rest_of_epoch(loader), expected);
}

TEST(Loader, LeavesBadPhotosOutAndNamesThem) {
  NoiseSet dataset(20);
  dataset.bad = {2, 3, 11};
  auto options = options_for(8);
  options.shuffle = false;
  const auto batches = epoch_of(dataset, options, 0);
  ASSERT_EQ(batches.size(), 3U);
  EXPECT_EQ(batches[0].rows, 6);
  EXPECT_EQ(batches[0].items, (std::vector<std::size_t>{0, 1, 4, 5, 6, 7}));
  EXPECT_EQ(batches[0].labels, (std::vector<std::int32_t>{0, 1, 1, 2, 0, 1}));
  EXPECT_EQ(batches[0].bad, (std::vector<std::string>{"2 photo 2: the photo is cut off: photo 2",
                                                      "3 photo 3: the photo is cut off: photo 3"}));
  EXPECT_EQ(batches[0].next_position, 8);
  EXPECT_EQ(batches[1].bad.size(), 1U);
  EXPECT_TRUE(batches[2].bad.empty());
  // The pixels moved up with their labels.
  std::vector<std::uint8_t> expected(8 * 7 * 3);
  apply_cut(prepare(dataset.load(4, true), options.geometry), options.geometry,
            random_cut(options.geometry, options.augmentation, {options.seed, 0, 4}), expected.data());
  EXPECT_TRUE(
      std::ranges::equal(batches[0].input.as<std::uint8_t>().subspan(2 * expected.size(), expected.size()), expected));
}

TEST(Loader, CutsGiveARowEachAndDecodeOnce) {
  NoiseSet dataset(20);
  dataset.bad = {2, 3, 11};
  auto options = options_for(8);
  options.shuffle = false;
  options.cache_bytes = 0;
  options.cuts = {{.left = 0, .top = 3}, {.left = 2, .top = 0, .flipped = true}, {.left = 1, .top = 1}};
  Loader loader(dataset, all_items(dataset), options);
  loader.start(0);
  const auto* loaded = loader.next();
  ASSERT_NE(loaded, nullptr);
  EXPECT_EQ(loaded->views, 3);
  EXPECT_EQ(loaded->batch.rows, 6 * 3);
  EXPECT_EQ(loaded->batch.input.shape().at(0), 8 * 3);
  EXPECT_EQ(loaded->items, (std::vector<std::size_t>{0, 1, 4, 5, 6, 7}));
  EXPECT_EQ(loaded->next_position, 8);
  std::vector<std::uint8_t> expected(8 * 7 * 3);
  for (std::size_t row = 0; row < 18; ++row) {
    const auto item = loaded->items[row / 3];
    const Cut& cut = options.cuts[row % 3];
    apply_cut(prepare(dataset.load(item, true), options.geometry), options.geometry, cut, expected.data());
    EXPECT_TRUE(std::ranges::equal(
        loaded->batch.input.as<std::uint8_t>().subspan(row * expected.size(), expected.size()), expected))
        << row;
    EXPECT_EQ(loaded->batch.labels[row], dataset.items()[item].label);
    EXPECT_EQ(loaded->batch.photos[row].crop_top, cut.top);
    EXPECT_EQ(loaded->batch.photos[row].crop_left, cut.left);
    EXPECT_EQ(loaded->batch.photos[row].flipped, cut.flipped);
  }
  const NoiseSet counted(20);
  options.threads = 1;
  const auto one_thread = epoch_of(counted, options, 0);
  EXPECT_EQ(counted.loads.load(), 20);
  options.threads = 5;
  EXPECT_EQ(epoch_of(counted, options, 0), one_thread);
}

TEST(Loader, ABatchOfBadPhotosHasNoRows) {
  NoiseSet dataset(6);
  dataset.bad = {2, 3};
  auto options = options_for(2);
  options.shuffle = false;
  const auto batches = epoch_of(dataset, options, 0);
  ASSERT_EQ(batches.size(), 3U);
  EXPECT_EQ(batches[1].rows, 0);
  EXPECT_EQ(batches[1].bad.size(), 2U);
  EXPECT_EQ(batches[2].rows, 2);
}

TEST(Loader, WhatIsNoPhotosFaultIsThrown) {
  NoiseSet dataset(30);
  dataset.out_of_memory = 17;
  auto options = options_for(8);
  options.shuffle = false;
  Loader loader(dataset, all_items(dataset), options);
  loader.start(0);
  EXPECT_NE(loader.next(), nullptr);
  EXPECT_NE(loader.next(), nullptr);
  EXPECT_THROW(loader.next(), std::bad_alloc);
  dataset.out_of_memory = SIZE_MAX;
  loader.start(0);
  EXPECT_EQ(rest_of_epoch(loader).size(), 4U);
}

TEST(Loader, UsesItsMemoryAgain) {
  const NoiseSet dataset(200);
  Loader loader(dataset, all_items(dataset), options_for(4));
  std::set<const void*> memory;
  for (std::uint32_t epoch = 0; epoch < 2; ++epoch) {
    loader.start(epoch);
    while (const auto* loaded = loader.next()) {
      memory.insert(loaded->batch.input.data());
      memory.insert(loaded->batch.labels.data());
      memory.insert(loaded->items.data());
    }
  }
  EXPECT_LE(memory.size(), 3U * 4U);  // three batches ahead, and the one that is held
}

TEST(Loader, MakesNoMoreThanAskedForAhead) {
  const NoiseSet dataset(100);
  auto options = options_for(8);
  options.cache_bytes = 0;
  Loader loader(dataset, all_items(dataset), options);
  loader.start(0);
  loader.next();
  constexpr int kAhead = 4 * 8;  // the batch that is held, and three
  for (int i = 0; i < 1000 && dataset.loads.load() < kAhead; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(dataset.loads.load(), kAhead);
}

TEST(Loader, WorksAheadAndCountsItsWaits) {
  NoiseSet dataset(64);
  dataset.delay = std::chrono::milliseconds(2);
  auto options = options_for(16, 2);
  Loader loader(dataset, all_items(dataset), options);
  loader.start(0);
  EXPECT_EQ(loader.waited_seconds(), 0);
  rest_of_epoch(loader);  // 64 photos of 2 ms on 2 threads, and nothing else to do
  const double first = loader.waited_seconds();
  EXPECT_GE(first, 0.03);
  loader.start(1);  // all squares are in the cache
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  rest_of_epoch(loader);
  EXPECT_LT(loader.waited_seconds(), first);
}

TEST(Loader, EndsAtAnyMoment) {
  NoiseSet dataset(200);
  dataset.delay = std::chrono::microseconds(500);
  for (int taken = 0; taken < 6; ++taken) {
    Loader loader(dataset, all_items(dataset), options_for(4, 3));
    if (taken > 0) {
      loader.start(0);
    }
    for (int i = 1; i < taken; ++i) {
      EXPECT_NE(loader.next(), nullptr);
    }
    if (taken == 5) {
      loader.start(1);
    }
  }
  dataset.delay = std::chrono::milliseconds(50);
  const auto begin = std::chrono::steady_clock::now();
  {
    Loader loader(dataset, all_items(dataset), options_for(64, 3));
    loader.start(0);
  }
  // It ends with the tasks under way, 8 photos of 50 ms each, not with the epoch, which takes 3.3 s on 3 threads.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

TEST(Loader, RefusesWrongCalls) {
  const NoiseSet dataset(10);
  const auto making = [&](const LoaderOptions& options, std::vector<std::size_t> items) {
    return message_of([&] { Loader loader(dataset, std::move(items), options); });
  };
  auto options = options_for(4);
  EXPECT_EQ(making(options, {0, 9}), Message::kCount);
  EXPECT_EQ(making(options, {0, 10}), Message::kWrongCall);
  EXPECT_EQ(making(options_for(0), {0}), Message::kWrongCall);
  EXPECT_EQ(making(options_for(4, 0), {0}), Message::kWrongCall);
  options.prefetch = 0;
  EXPECT_EQ(making(options, {0}), Message::kWrongCall);
  options = options_for(4);
  options.geometry.width = 11;
  EXPECT_EQ(making(options, {0}), Message::kWrongCall);
  Loader loader(dataset, {0}, options_for(4));
  EXPECT_EQ(message_of([&] { loader.next(); }), Message::kWrongCall);
}

}  // namespace
}  // namespace alexnet
