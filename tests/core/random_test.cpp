#include "alexnet/core/random.h"

#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "alexnet/core/error.h"

namespace alexnet {
namespace {

using Words = std::array<std::uint32_t, 4>;

TEST(Philox, GivesTheKnownAnswers) {
  // Random123's kat_vectors, philox4x32-10; the last two computed by an independent program (docs/numerics.md).
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
  EXPECT_EQ(philox({1, 0, 0, 0}, {0, 0}), (Words{0xf8e4cca4, 0x5cb200db, 0xb1a574eb, 0x097eff67}));
  EXPECT_EQ(philox({0, 0, 0, 0}, {0x2a, 0}), (Words{0x9ceaf053, 0x77f5493b, 0x12bf50ad, 0x5742b3d7}));
}

TEST(RandomStream, DependsOnEveryPartOfItsKey) {
  const std::set<std::uint32_t> firsts = {
      RandomStream(1, Purpose::kCrop, 2, 3).next(), RandomStream(9, Purpose::kCrop, 2, 3).next(),
      RandomStream(1, Purpose::kFlip, 2, 3).next(), RandomStream(1, Purpose::kCrop, 7, 3).next(),
      RandomStream(1, Purpose::kCrop, 2, 8).next(), RandomStream(std::uint64_t{1} << 32, Purpose::kCrop, 2, 3).next()};
  EXPECT_EQ(firsts.size(), 6U);
  EXPECT_EQ(RandomStream(1, Purpose::kCrop, 2, 3).next(), RandomStream(1, Purpose::kCrop, 2, 3).next());
}

TEST(RandomStream, HasTheMomentsOfItsDistributions) {
  RandomStream stream(3, Purpose::kWeights);
  constexpr int kDraws = 200000;
  double uniform_sum = 0;
  double normal_sum = 0;
  double normal_squares = 0;
  int below_counts[3] = {0, 0, 0};
  for (int i = 0; i < kDraws; ++i) {
    const double u = stream.uniform();
    ASSERT_GE(u, 0);
    ASSERT_LT(u, 1);
    uniform_sum += u;
    const double z = stream.normal();
    normal_sum += z;
    normal_squares += z * z;
    ++below_counts[stream.below(3)];
  }
  // Five standard errors each.
  EXPECT_NEAR(uniform_sum / kDraws, 0.5, 5 * std::sqrt(1.0 / 12 / kDraws));
  EXPECT_NEAR(normal_sum / kDraws, 0, 5 / std::sqrt(kDraws));
  EXPECT_NEAR(normal_squares / kDraws, 1, 5 * std::sqrt(2.0 / kDraws));
  for (const int count : below_counts) {
    EXPECT_NEAR(count, kDraws / 3.0, 5 * std::sqrt(kDraws * 2.0 / 9));
  }
  EXPECT_THROW((void)stream.below(0), Error);
}

TEST(Permutation, HoldsEveryNumberOnceAndDependsOnTheSeed) {
  RandomStream a(1, Purpose::kShuffle);
  RandomStream b(2, Purpose::kShuffle);
  const auto first = permutation(1000, a);
  EXPECT_EQ(std::set<std::int64_t>(first.begin(), first.end()).size(), 1000U);
  EXPECT_NE(first, permutation(1000, b));
}

}  // namespace
}  // namespace alexnet
