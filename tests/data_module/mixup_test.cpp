#include "alexnet/data/mixup.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "alexnet/data/loader.h"

#include "support/tiny.h"

namespace alexnet {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(MixPixels, TakesEachByItsShare) {
  Bytes a = {100, 0, 1, 255};
  Bytes b = {200, 255, 2, 255};
  mix_pixels(a, b, 0.75F);  // 63.75 and 191.25; 1.25 and 1.75
  EXPECT_EQ(a, (Bytes{125, 64, 1, 255}));
  EXPECT_EQ(b, (Bytes{175, 191, 2, 255}));
  mix_pixels(a, b, 1);
  EXPECT_EQ(a, (Bytes{125, 64, 1, 255}));
}

TEST(MixedPairs, HoldEachRowOnce) {
  for (const int rows : {0, 1, 2, 7, 32}) {
    std::set<int> seen;
    for (const MixedPair& pair : mixed_pairs(0.4, rows, 1, 2, 3)) {
      EXPECT_TRUE(seen.insert(pair.first).second);
      EXPECT_TRUE(seen.insert(pair.second).second);
      EXPECT_TRUE(pair.first >= 0 && pair.first < rows && pair.second >= 0 && pair.second < rows);
    }
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(rows / 2 * 2));
  }
}

/// Mean of 4 s (1 - s) over many shares s.
double mean_spread(double alpha) {
  double sum = 0;
  int count = 0;
  for (std::uint32_t position = 0; position < 400; ++position) {
    for (const MixedPair& pair : mixed_pairs(alpha, 64, 1, 1, position)) {
      EXPECT_TRUE(pair.share >= 0.5F && pair.share <= 1) << pair.share;
      EXPECT_EQ(pair.share * 65536, std::round(pair.share * 65536));
      sum += 4.0 * pair.share * (1 - pair.share);
      ++count;
    }
  }
  return sum / count;
}

// E[4 s (1 - s)] = 4 a^2 / (2 a (2 a + 1)) = 2 a / (2 a + 1) of s ~ Beta(a, a); 12,800 draws.
TEST(MixedPairs, SharesFollowTheBetaDistribution) {
  for (const double alpha : {0.2, 0.4, 1.0, 2.5, 8.0}) {
    EXPECT_NEAR(mean_spread(alpha), 2 * alpha / (2 * alpha + 1), 0.015) << alpha;
  }
  EXPECT_NEAR(mean_spread(1e6), 1, 1e-3);
  EXPECT_NEAR(mean_spread(1e-5), 0, 1e-3);
}

TEST(MixedPairs, DependOnSeedEpochAndPositionAlone) {
  const auto at = [](std::uint64_t seed, std::uint32_t epoch, std::uint32_t position) {
    std::vector<float> shares;
    for (const MixedPair& pair : mixed_pairs(1, 8, seed, epoch, position)) {
      shares.push_back(pair.share);
    }
    return shares;
  };
  EXPECT_EQ(at(1, 2, 3), at(1, 2, 3));
  EXPECT_NE(at(1, 2, 3), at(2, 2, 3));
  EXPECT_NE(at(1, 2, 3), at(1, 3, 3));
  EXPECT_NE(at(1, 2, 3), at(1, 2, 4));
}

TEST(Mixup, MixesTheRowsThatFollowOtherAugmentations) {
  const testing_support::TinyDataset dataset(5, 3, {4});  // 15 photos, one of them unreadable
  LoaderOptions options{.geometry = {.resize = 8, .width = 8, .height = 8},
                        .augmentation = {.flip = true, .brightness = 0.5, .colour_noise = {.strength = 0.1}},
                        .batch = 15,
                        .shuffle = true,
                        .seed = 6};
  std::vector<std::size_t> items(15);
  std::ranges::generate(items, [n = std::size_t{0}]() mutable { return n++; });
  Loader plain(dataset, items, options);
  options.augmentation.mixup = 0.7;
  Loader mixing(dataset, items, options);
  plain.start(2);
  mixing.start(2);
  const LoadedBatch& before = *plain.next();
  const LoadedBatch& after = *mixing.next();
  EXPECT_TRUE(before.mixed.empty());
  ASSERT_EQ(after.batch.rows, 14);
  ASSERT_EQ(after.mixed.size(), 14U);
  EXPECT_EQ(after.batch.labels, before.batch.labels);
  const auto row_of = [](const LoadedBatch& loaded, int row) {
    const auto all = loaded.batch.input.as<std::uint8_t>().subspan(static_cast<std::size_t>(row) * 192, 192);
    return Bytes(all.begin(), all.end());
  };
  const auto noise_of = [](const LoadedBatch& loaded, int row) {
    return loaded.batch.photos[static_cast<std::size_t>(row)].colour_offset[0];
  };
  for (const MixedPair& pair : mixed_pairs(0.7, 14, 6, 2, 0)) {
    Bytes first = row_of(before, pair.first);
    Bytes second = row_of(before, pair.second);
    mix_pixels(first, second, pair.share);
    EXPECT_EQ(row_of(after, pair.first), first);
    EXPECT_EQ(row_of(after, pair.second), second);
    EXPECT_NEAR(noise_of(after, pair.first),
                pair.share * noise_of(before, pair.first) + (1 - pair.share) * noise_of(before, pair.second), 1e-5);
    EXPECT_NEAR(noise_of(after, pair.second),
                pair.share * noise_of(before, pair.second) + (1 - pair.share) * noise_of(before, pair.first), 1e-5);
    const MixedLabel& mixed = after.mixed[static_cast<std::size_t>(pair.first)];
    EXPECT_EQ(mixed.share, pair.share);
    EXPECT_EQ(mixed.other, before.batch.labels[static_cast<std::size_t>(pair.second)]);
  }
}

}  // namespace
}  // namespace alexnet
