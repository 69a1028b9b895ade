#include "alexnet/data/loader.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "data_module/noise_set.h"
#include "support/thrown.h"

namespace alexnet {
namespace {

using testing_support::all_items;
using testing_support::epoch_of;
using testing_support::message_of;
using testing_support::NoiseSet;
using testing_support::options_for;
using testing_support::rest_of_epoch;

TEST(Loader, BatchesAreTheSameOnAnyNumberOfThreads) {
  NoiseSet dataset(50);
  dataset.bad = {7, 31};
  const auto expected = epoch_of(dataset, options_for(16, 1), 3);
  ASSERT_EQ(expected.size(), 4U);
  for (const int threads : {2, 5}) {
    EXPECT_EQ(epoch_of(dataset, options_for(16, threads), 3), expected) << threads;
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

TEST(Loader, PartsOfTheRanksMakeUpTheBatch) {
  NoiseSet dataset(50);
  const auto whole = epoch_of(dataset, options_for(16), 7);
  for (const int ranks : {2, 3, 5}) {
    std::vector<std::vector<std::size_t>> items(whole.size());
    for (int rank = 0; rank < ranks; ++rank) {
      auto options = options_for(16);
      options.rank = rank;
      options.ranks = ranks;
      const auto parts = epoch_of(dataset, options, 7);
      ASSERT_EQ(parts.size(), whole.size());
      for (std::size_t batch = 0; batch < parts.size(); ++batch) {
        EXPECT_EQ(parts[batch].next_position, whole[batch].next_position);
        EXPECT_EQ(parts[batch].position, whole[batch].position + items[batch].size());
        EXPECT_LE(parts[batch].items.size(), static_cast<std::size_t>(photos_of_rank(16, ranks)));
        const std::size_t first = items[batch].size();
        const auto bytes = static_cast<std::int64_t>(7 * 8 * 3);
        for (std::size_t row = 0; row < parts[batch].items.size(); ++row) {
          const auto at = [&](const auto& loaded, std::size_t r) {
            return loaded.input.template as<std::uint8_t>().subspan(r * static_cast<std::size_t>(bytes),
                                                                    static_cast<std::size_t>(bytes));
          };
          EXPECT_TRUE(std::ranges::equal(at(parts[batch], row), at(whole[batch], first + row)));
        }
        items[batch].insert(items[batch].end(), parts[batch].items.begin(), parts[batch].items.end());
      }
    }
    for (std::size_t batch = 0; batch < whole.size(); ++batch) {
      EXPECT_EQ(items[batch], whole[batch].items);
    }
  }
  auto options = options_for(16);
  options.rank = 2;
  options.ranks = 2;
  EXPECT_EQ(message_of([&] { Loader(dataset, all_items(dataset), options); }), Message::kWrongCall);
}

TEST(Loader, TheEndIsAPositionToo) {
  const NoiseSet dataset(20);
  EXPECT_TRUE(epoch_of(dataset, options_for(8), 0, 20).empty());
  Loader loader(dataset, all_items(dataset), options_for(8));
  EXPECT_EQ(message_of([&] { loader.start(0, 21); }), Message::kWrongCall);
  EXPECT_EQ(message_of([&] { loader.start(0, -1); }), Message::kWrongCall);
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
