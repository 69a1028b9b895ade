#include "serve/batcher.h"

#include <atomic>

#include <gtest/gtest.h>

#include "alexnet/backends/reference_backend.h"

#include "serve/tiny_model.h"
#include "support/temporary_folder.h"

namespace alexnet::serve {
namespace {

using namespace std::chrono_literals;
using testing_support::TemporaryFolder;

class BatcherTest : public testing::Test {
 protected:
  BatcherTest() {
    write_model(folder_ / "tiny.safetensors", testing_support::tiny_model());
    model_ = load_model(folder_ / "tiny.safetensors", *backend_, {.batch = 4});
  }

  /// Prepared photos, each of one value.
  std::vector<Image> squares(std::size_t count) {
    std::vector<Image> made;
    for (std::size_t i = 0; i < count; ++i) {
      made.emplace_back(9, 9, 3);
      std::ranges::fill(made.back().pixels, static_cast<std::uint8_t>(20 * i));
    }
    return made;
  }

  TemporaryFolder folder_;
  std::shared_ptr<Backend> backend_ = make_reference_backend();
  std::shared_ptr<ServedModel> model_;
};

TEST_F(BatcherTest, WhatComesTogetherGoesThroughTogetherAndIsAnsweredAsAlone) {
  const auto alone = [&] {
    auto predictor = load_model(folder_ / "tiny.safetensors", *backend_, {.batch = 1});
    return predictor->predictor.scores(squares(6));
  }();
  Batcher batcher({.batch = 4, .wait = 10s});
  const auto coming = batcher.announce();
  auto answers = batcher.submit(model_, squares(6), Clock::now() + 1min);
  ASSERT_TRUE(answers);
  ASSERT_EQ(answers->size(), 6U);
  for (std::size_t i = 0; i < 4; ++i) {
    const BatchAnswer answer = (*answers)[i].get();
    EXPECT_EQ(answer.batch, 4U);
    EXPECT_EQ(answer.scores, alone[i]);
  }
  batcher.stop();  // the other two wait for more photos no longer
  for (std::size_t i = 4; i < 6; ++i) {
    const BatchAnswer answer = (*answers)[i].get();
    EXPECT_EQ(answer.batch, 2U);
    EXPECT_EQ(answer.scores, alone[i]);
  }
}

TEST_F(BatcherTest, TakesAllPhotosOfARequestOrNone) {
  Batcher batcher({.batch = 8, .wait = 10s, .queue = 5});
  const auto coming = batcher.announce();
  EXPECT_TRUE(batcher.submit(model_, squares(3), Clock::now() + 1min));
  EXPECT_FALSE(batcher.submit(model_, squares(3), Clock::now() + 1min));
  EXPECT_EQ(batcher.waiting(), 3U);
  EXPECT_TRUE(batcher.submit(model_, squares(2), Clock::now() + 1min));
}

TEST_F(BatcherTest, ALatePhotoIsNotComputed) {
  std::atomic<int> batches = 0;
  Batcher batcher({.batch = 4, .wait = 1ms}, [&](std::size_t, double) { ++batches; });
  auto answers = batcher.submit(model_, squares(1), Clock::now() - 1ms);
  EXPECT_TRUE((*answers)[0].get().scores.empty());
  EXPECT_EQ(batches, 0);
}

TEST_F(BatcherTest, PhotosOfTwoModelsAreNotMixed) {
  const auto other = load_model(folder_ / "tiny.safetensors", *backend_, {.batch = 4});
  Batcher batcher({.batch = 4, .wait = 50ms});
  auto first = batcher.submit(model_, squares(2), Clock::now() + 1min);
  auto second = batcher.submit(other, squares(2), Clock::now() + 1min);
  EXPECT_EQ((*first)[0].get().batch, 2U);
  EXPECT_EQ((*second)[0].get().batch, 2U);
}

TEST_F(BatcherTest, APhotoInNoHasteGoesWithThoseThatAreOrAfterItsTimeAlone) {
  Batcher batcher({.batch = 4, .wait = 1ms, .long_wait = 10s});
  auto patient = batcher.submit(model_, squares(1), Clock::now() + 1min, Haste::kLittle);
  auto usual = batcher.submit(model_, squares(1), Clock::now() + 1min);
  EXPECT_EQ((*usual)[0].get().batch, 2U);
  EXPECT_EQ((*patient)[0].get().batch, 2U);
  Batcher other({.batch = 4, .wait = 1ms, .long_wait = 20ms});
  const BatchAnswer alone = (*other.submit(model_, squares(1), Clock::now() + 1min, Haste::kLittle))[0].get();
  EXPECT_EQ(alone.batch, 1U);
  EXPECT_GE(alone.queue_seconds, 0.02);
}

TEST_F(BatcherTest, APhotoWaitsForThoseThatAreComingAndForNoOthers) {
  Batcher batcher({.batch = 4, .wait = 10s});
  const BatchAnswer alone = (*batcher.submit(model_, squares(1), Clock::now() + 1min))[0].get();
  EXPECT_LT(alone.queue_seconds, 5);
  auto coming = batcher.announce();
  auto first = batcher.submit(model_, squares(1), Clock::now() + 1min);
  auto second = batcher.submit(model_, squares(1), Clock::now() + 1min);
  coming.reset();
  EXPECT_EQ((*first)[0].get().batch, 2U);
  EXPECT_EQ((*second)[0].get().batch, 2U);
}

TEST_F(BatcherTest, NothingIsTakenAfterTheEnd) {
  Batcher batcher({});
  batcher.stop();
  EXPECT_FALSE(batcher.submit(model_, squares(1), Clock::now() + 1min));
}

TEST_F(BatcherTest, NoPhotoIsNoAnswer) {
  Batcher batcher({});
  const auto answers = batcher.submit(model_, {}, Clock::now() + 1min);
  ASSERT_TRUE(answers);
  EXPECT_TRUE(answers->empty());
}

}  // namespace
}  // namespace alexnet::serve
