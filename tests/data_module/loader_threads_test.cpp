#include <chrono>
#include <new>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "alexnet/data/loader.h"

#include "data_module/noise_set.h"

namespace alexnet {
namespace {

using testing_support::all_items;
using testing_support::epoch_of;
using testing_support::NoiseSet;
using testing_support::options_for;
using testing_support::rest_of_epoch;

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

}  // namespace
}  // namespace alexnet
