#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/reference_run.h"

// Every expected number is worked out by hand from network/max_pool2d.h and network/avg_pool2d.h.
namespace alexnet {
namespace {

using test::numbers;
using test::ReferenceRun;
using testing::ElementsAre;

Tensor one_to_nine() { return numbers({1, 1, 3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9}); }

TEST(ReferenceMaxPool2D, RoundsDownOrUp) {
  ReferenceRun down({1, 3, 3}, {MaxPool2D{.name = "pool"}});
  EXPECT_THAT(down.infer(one_to_nine()), ElementsAre(5));
  ReferenceRun up({1, 3, 3}, {MaxPool2D{.name = "pool", .rounding = PoolRounding::kUp}});
  EXPECT_THAT(up.infer(one_to_nine()), ElementsAre(5, 6, 8, 9));
}

TEST(ReferenceMaxPool2D, NeverTakesThePadding) {
  const MaxPool2D pool{.name = "pool", .window = 2, .stride = 2, .padding = Padding::all(1)};
  ReferenceRun run({1, 2, 2}, {pool});
  EXPECT_THAT(run.infer(numbers({1, 1, 2, 2}, {-1, -2, -3, -4})), ElementsAre(-1, -2, -3, -4));
}

TEST(ReferenceMaxPool2D, GivesTheGradientToTheFirstMaximum) {
  const MaxPool2D pool{.name = "pool", .window = 2, .stride = 1};
  const auto dx = test::input_gradient({1, 2, 3}, pool, {}, test::batch_of(numbers({1, 1, 2, 3}, {1, 7, 7, 7, 1, 7})),
                                       numbers({1, 1, 1, 2}, {3, 5}));
  // Both windows have their first 7 at row 0, column 1.
  EXPECT_THAT(dx, ElementsAre(0, 8, 0, 0, 0, 0));
}

TEST(ReferenceMaxPool2D, GivesTheGradientToEveryMaximumWhereTiesSayAll) {
  const MaxPool2D pool{.name = "pool", .window = 2, .stride = 1, .ties = MaxPool2D::Ties::kAll};
  const auto dx = test::input_gradient({1, 2, 3}, pool, {}, test::batch_of(numbers({1, 1, 2, 3}, {1, 7, 7, 7, 1, 7})),
                                       numbers({1, 1, 1, 2}, {3, 5}));
  // The first window has two sevens, the second three; they share the one at row 0, column 1.
  EXPECT_THAT(dx, ElementsAre(0, 8, 5, 3, 0, 5));
}

std::vector<double> average(AvgPool2D::Divisor divisor) {
  const AvgPool2D pool{.name = "pool", .rounding = PoolRounding::kUp, .divisor = divisor};
  return ReferenceRun({1, 3, 3}, {pool}).infer(one_to_nine());
}

TEST(ReferenceAvgPool2D, DividesAsItsDivisorSays) {
  EXPECT_THAT(average(AvgPool2D::Divisor::kClippedWindow), ElementsAre(3, 4.5, 7.5, 9));
  EXPECT_THAT(average(AvgPool2D::Divisor::kFullWindow), ElementsAre(3, 2.25, 3.75, 2.25));
  EXPECT_THAT(average(AvgPool2D::Divisor::kOne), ElementsAre(12, 9, 15, 9));
}

TEST(ReferenceAvgPool2D, SharesTheGradientOfOverlappingWindows) {
  const AvgPool2D pool{.name = "pool", .window = 2, .stride = 1};
  const auto dx = test::input_gradient({1, 2, 3}, pool, {}, test::batch_of(numbers({1, 1, 2, 3}, {0, 0, 0, 0, 0, 0})),
                                       numbers({1, 1, 1, 2}, {4, 8}));
  EXPECT_THAT(dx, ElementsAre(1, 3, 2, 1, 3, 2));
}

}  // namespace
}  // namespace alexnet
