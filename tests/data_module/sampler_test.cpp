#include "alexnet/data/sampler.h"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "alexnet/core/random.h"

namespace alexnet {
namespace {

using Labels = std::vector<std::int32_t>;
using Order = std::vector<std::int64_t>;

/// How often each photo stands in an epoch.
std::map<std::int64_t, int> counts_of(const Order& order) {
  std::map<std::int64_t, int> counts;
  for (const std::int64_t photo : order) {
    ++counts[photo];
  }
  return counts;
}

TEST(EpochOrder, UniformIsThePermutationOfTheEpoch) {
  const Labels labels(40, 0);
  RandomStream draws(3, Purpose::kShuffle, 7);
  EXPECT_EQ(epoch_order(Sampler::kUniform, labels, 3, 7), permutation(40, draws));
  EXPECT_TRUE(epoch_order(Sampler::kUniform, {}, 3, 7).empty());
  EXPECT_TRUE(epoch_order(Sampler::kBalanced, {}, 3, 7).empty());
}

// 24 places over three classes that have photos: 8 each, of class 0 (2 photos) each 4 times, of class 1 (5) each once
// or twice, of class 4 (17) 8 of them.
TEST(EpochOrder, BalancedShowsEachClassEquallyOften) {
  Labels labels(24, 4);
  labels[3] = labels[20] = 0;
  labels[0] = labels[7] = labels[8] = labels[9] = labels[23] = 1;
  std::map<std::int64_t, int> over_epochs;
  for (std::uint32_t epoch = 1; epoch <= 20; ++epoch) {
    const Order order = epoch_order(Sampler::kBalanced, labels, 5, epoch);
    ASSERT_EQ(order.size(), 24U);
    std::map<std::int32_t, int> of_class;
    for (const auto& [photo, count] : counts_of(order)) {
      const std::int32_t label = labels[static_cast<std::size_t>(photo)];
      of_class[label] += count;
      over_epochs[photo] += count;
      EXPECT_TRUE(label == 0 ? count == 4 : label == 1 ? count == 1 || count == 2 : count == 1) << photo;
    }
    EXPECT_EQ(of_class, (std::map<std::int32_t, int>{{0, 8}, {1, 8}, {4, 8}}));
  }
  EXPECT_EQ(over_epochs.size(), 24U);  // other photos of the large class in other epochs
}

TEST(EpochOrder, BalancedDealsOutWhatDoesNotDivide) {
  Labels labels(11, 0);
  labels[1] = 1;
  labels[2] = 2;
  std::map<std::int32_t, int> longer;
  for (std::uint32_t epoch = 1; epoch <= 60; ++epoch) {
    std::map<std::int32_t, int> of_class;
    for (const std::int64_t photo : epoch_order(Sampler::kBalanced, labels, 5, epoch)) {
      ++of_class[labels[static_cast<std::size_t>(photo)]];
    }
    for (const auto& [label, count] : of_class) {
      EXPECT_TRUE(count == 3 || count == 4);
      longer[label] += count - 3;
    }
  }
  for (const auto& [label, count] : longer) {
    EXPECT_NEAR(count, 40, 15) << label;  // 4 standard deviations
  }
}

TEST(EpochOrder, BalancedMixesTheClasses) {
  Labels labels(60, 0);
  std::fill_n(labels.begin(), 20, 1);
  const Order order = epoch_order(Sampler::kBalanced, labels, 1, 1);
  const auto early = std::count_if(order.begin(), order.begin() + 30,
                                   [&](std::int64_t photo) { return labels[static_cast<std::size_t>(photo)] == 1; });
  EXPECT_NEAR(static_cast<double>(early), 15, 10);
}

TEST(EpochOrder, DependsOnSeedAndEpochAlone) {
  const Labels labels = {0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 2, 2};
  const auto order = [&](std::uint64_t seed, std::uint32_t epoch) {
    return epoch_order(Sampler::kBalanced, labels, seed, epoch);
  };
  EXPECT_EQ(order(1, 2), order(1, 2));
  EXPECT_NE(order(1, 2), order(1, 3));
  EXPECT_NE(order(1, 2), order(2, 2));
}

}  // namespace
}  // namespace alexnet
