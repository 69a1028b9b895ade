#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/core/random.h"

#include "backends/reference_run.h"

namespace alexnet {
namespace {

using test::ReferenceRun;

constexpr std::uint64_t kDropoutSeed = (std::uint64_t{7} << 32) + 5;

CompileOptions options(Statistics statistics) {
  CompileOptions compile;
  compile.statistics = statistics;
  compile.seed = kDropoutSeed;
  return compile;
}

Batch ones(std::int64_t rows, std::int64_t units, std::uint32_t position, std::uint32_t epoch = 2) {
  Tensor input(ElementType::kF64, {rows, units});
  std::ranges::fill(input.as<double>(), 1.0);
  Batch batch = test::batch_of(std::move(input));
  batch.position = position;
  batch.epoch = epoch;
  return batch;
}

std::vector<double> masks(const Dropout& dropout, const Batch& batch) {
  ReferenceRun run({batch.input.shape()[1]}, {dropout}, {}, options(Statistics::kTraining));
  return run.infer(batch);
}

// The rule of network/dropout.h, read as a stream of words: word u of (seed, purpose, epoch, position).
TEST(ReferenceDropout, DrawsWordUOfThePhotosStream) {
  const std::vector<double> y = masks({.name = "drop6", .rate = 0.4}, ones(2, 11, 100));
  for (std::uint32_t row = 0; row < 2; ++row) {
    RandomStream words(DrawKey{kDropoutSeed, dropout_purpose("drop6"), 2, 100 + row});
    for (std::size_t u = 0; u < 11; ++u) {
      const bool dropped = words.next() < static_cast<std::uint32_t>(std::floor(0.4 * 0x1p32));
      EXPECT_EQ(y[row * 11 + u], dropped ? 0 : 1 / 0.6) << row << " " << u;
    }
  }
}

TEST(ReferenceDropout, DropsItsShare) {
  for (const double rate : {0.0, 0.4, 0.5}) {
    const std::vector<double> y = masks({.name = "drop", .rate = rate}, ones(8, 5000, 0));
    const double dropped = static_cast<double>(std::ranges::count(y, 0.0)) / 40000;
    // Three deviations of a binomial share.
    EXPECT_NEAR(dropped, rate, 3 * std::sqrt(rate * (1 - rate) / 40000) + 1e-12);
  }
}

// Of the masks of neighbouring units, photos, epochs and layers, the share that drops both is rate^2.
TEST(ReferenceDropout, DropsIndependently) {
  constexpr double kRate = 0.4;
  constexpr std::size_t kUnits = 5000;
  const Dropout dropout{.name = "drop6", .rate = kRate};
  const std::vector<double> mask = masks(dropout, ones(8, kUnits, 0));
  const auto expect_independent = [&](const std::vector<double>& other, std::size_t shift, const char* what) {
    const std::size_t pairs = mask.size() - shift;
    double both = 0;
    for (std::size_t i = 0; i < pairs; ++i) {
      both += mask[i] == 0 && other[i + shift] == 0 ? 1 : 0;
    }
    const double share = kRate * kRate;
    // Four deviations of a binomial share; overlapping pairs of one mask widen it.
    EXPECT_NEAR(both / static_cast<double>(pairs), share, 4 * std::sqrt(2 * share * (1 - share) / 40000)) << what;
  };
  expect_independent(mask, 1, "units");
  expect_independent(mask, 4, "units four apart: the words of one block");
  expect_independent(mask, kUnits, "photos");
  expect_independent(masks(dropout, ones(8, kUnits, 0, 3)), 0, "epochs");
  expect_independent(masks({.name = "drop7", .rate = kRate}, ones(8, kUnits, 0)), 0, "layers");
}

TEST(ReferenceDropout, DrawsTheSameMasksForABatchInTwoHalves) {
  const Dropout dropout{.name = "drop"};
  const std::vector<double> whole = masks(dropout, ones(4, 9, 64));
  std::vector<double> halves = masks(dropout, ones(2, 9, 64));
  const std::vector<double> second = masks(dropout, ones(2, 9, 66));
  halves.insert(halves.end(), second.begin(), second.end());
  EXPECT_EQ(whole, halves);
}

TEST(ReferenceDropout, DrawsOtherMasksForAnotherEpochNameOrPhoto) {
  const std::vector<double> mask = masks({.name = "drop"}, ones(1, 64, 0));
  EXPECT_NE(mask, masks({.name = "drop"}, ones(1, 64, 0, 3)));
  EXPECT_NE(mask, masks({.name = "drop"}, ones(1, 64, 1)));
  EXPECT_NE(mask, masks({.name = "other"}, ones(1, 64, 0)));
}

TEST(ReferenceDropout, APartDrawsItsShareOfTheWholeMask) {
  const std::vector<double> whole = masks({.name = "drop"}, ones(1, 20, 0));
  const std::vector<double> part = masks({.name = "drop_right", .mask_name = "drop", .first_unit = 7}, ones(1, 13, 0));
  EXPECT_TRUE(std::equal(part.begin(), part.end(), whole.begin() + 7));
}

// Inverted scales in training, the original in inference.
TEST(ReferenceDropout, ScalesWhereItsKindDoes) {
  const auto largest = [](const Dropout& dropout, Statistics statistics) {
    ReferenceRun run({50}, {dropout}, {}, options(statistics));
    return std::ranges::max(run.infer(ones(1, 50, 0)));
  };
  EXPECT_EQ(largest({.name = "drop"}, Statistics::kTraining), 2);
  EXPECT_EQ(largest({.name = "drop"}, Statistics::kInference), 1);
  EXPECT_EQ(largest({.name = "drop", .inverted = false}, Statistics::kTraining), 1);
  EXPECT_EQ(largest({.name = "drop", .inverted = false}, Statistics::kInference), 0.5);
}

}  // namespace
}  // namespace alexnet
