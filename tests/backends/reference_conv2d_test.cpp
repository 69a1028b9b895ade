#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/reference_run.h"

// Every expected number is worked out by hand from the formula in network/conv2d.h.
namespace alexnet {
namespace {

using test::numbers;
using test::ReferenceRun;
using testing::ElementsAre;

Tensor one_to_nine() { return numbers({1, 1, 3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9}); }
Weights two_by_two(double bias) {
  return {{"conv.weight", numbers({1, 1, 2, 2}, {1, 2, 3, 4})}, {"conv.bias", numbers({1}, {bias})}};
}

TEST(ReferenceConv2D, CorrelatesWithoutTurningTheKernel) {
  ReferenceRun run({1, 3, 3}, {Conv2D{.name = "conv", .filters = 1, .kernel = 2}}, two_by_two(0.5));
  EXPECT_THAT(run.infer(one_to_nine()), ElementsAre(37.5, 47.5, 67.5, 77.5));
}

TEST(ReferenceConv2D, PadsEachSideByItsOwnNumber) {
  const Conv2D conv{.name = "conv", .filters = 1, .kernel = 2, .padding = Padding::of(1, 0, 0, 1)};
  ReferenceRun run({1, 3, 3}, {conv}, two_by_two(0));
  EXPECT_THAT(run.infer(one_to_nine()), ElementsAre(11, 18, 9, 37, 47, 21, 67, 77, 33));
}

TEST(ReferenceConv2D, SamePutsTheOddZeroAtBottomAndRight) {
  const Conv2D conv{.name = "conv", .filters = 1, .kernel = 2, .padding = Padding::same()};
  ReferenceRun run({1, 2, 2}, {conv}, {{"conv.weight", numbers({1, 1, 2, 2}, {1, 1, 1, 1})}});
  EXPECT_THAT(run.infer(numbers({1, 1, 2, 2}, {1, 2, 3, 4})), ElementsAre(10, 6, 7, 4));
}

TEST(ReferenceConv2D, StridesOverTheImage) {
  const Conv2D conv{.name = "conv", .filters = 1, .kernel = 1, .stride = 2, .has_bias = false};
  ReferenceRun run({1, 3, 3}, {conv}, {{"conv.weight", numbers({1, 1, 1, 1}, {10})}});
  EXPECT_THAT(run.infer(one_to_nine()), ElementsAre(10, 30, 70, 90));
}

TEST(ReferenceConv2D, GroupsReadTheirOwnChannels) {
  const Conv2D conv{.name = "conv", .filters = 2, .kernel = 1, .groups = 2, .has_bias = false};
  ReferenceRun run({4, 1, 1}, {conv}, {{"conv.weight", numbers({2, 2, 1, 1}, {1, 2, 3, 4})}});
  // 1 * 1 + 2 * 10 and 3 * 100 + 4 * 1000
  EXPECT_THAT(run.infer(numbers({1, 4, 1, 1}, {1, 10, 100, 1000})), ElementsAre(21, 4300));
}

TEST(ReferenceConv2D, GradientOfTheInputGathersFromEveryTap) {
  const Conv2D conv{.name = "conv", .filters = 1, .kernel = 2};
  const auto dx = test::input_gradient({1, 3, 3}, conv, two_by_two(0), test::batch_of(one_to_nine()),
                                       numbers({1, 1, 2, 2}, {1, 10, 100, 1000}));
  EXPECT_THAT(dx, ElementsAre(1, 12, 20, 103, 1234, 2040, 300, 3400, 4000));
}

}  // namespace
}  // namespace alexnet
