#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/reference_run.h"

// Every expected number is worked out by hand from the formula in network/locally_connected2d.h.
namespace alexnet {
namespace {

using test::numbers;
using test::ReferenceRun;
using testing::ElementsAre;

Tensor one_to_four() { return numbers({1, 1, 2, 2}, {1, 2, 3, 4}); }

/// A kernel of 1: four places, each with a weight and a bias of its own.
const LocallyConnected2D kOneByOne{.name = "local", .filters = 1, .kernel = 1};
Weights one_by_one() {
  return {{"local.weight", numbers({2, 2, 1, 1, 1, 1}, {1, 10, 100, 1000})},
          {"local.bias", numbers({1, 2, 2}, {0.1, 0.2, 0.3, 0.4})}};
}

TEST(ReferenceLocallyConnected2D, EachPlaceHasItsOwnWeights) {
  ReferenceRun run({1, 2, 2}, {kOneByOne}, one_by_one());
  EXPECT_THAT(run.infer(one_to_four()), ElementsAre(1.1, 20.2, 300.3, 4000.4));
}

// Two filters of 2x2 over 2x2 padded by 1 at the top: places (0,0) and (1,0); the first sees zeros above 1 2.
TEST(ReferenceLocallyConnected2D, ReadsZerosOnThePadding) {
  const LocallyConnected2D local{
      .name = "local", .filters = 2, .kernel = 2, .padding = Padding::of(1, 0, 0, 0), .has_bias = false};
  const Weights weights{{"local.weight", numbers({2, 1, 2, 1, 2, 2}, {9, 9, 1, 2,  // place 0, filter 0
                                                                      9, 9, 3, 4,  // place 0, filter 1
                                                                      1, 1, 1, 1,  // place 1, filter 0
                                                                      1, 10, 100, 1000})}};
  ReferenceRun run({1, 2, 2}, {local}, weights);
  // y (filters, places): 1*1 + 2*2, 1+2+3+4; 3*1 + 4*2, 1 + 20 + 300 + 4000
  EXPECT_THAT(run.infer(one_to_four()), ElementsAre(5, 10, 11, 4321));
}

TEST(ReferenceLocallyConnected2D, GradientOfTheInputIsThatOfItsOwnPlaces) {
  const auto dx = test::input_gradient({1, 2, 2}, kOneByOne, one_by_one(), test::batch_of(one_to_four()),
                                       numbers({1, 1, 2, 2}, {1, 2, 3, 4}));
  EXPECT_THAT(dx, ElementsAre(1, 20, 300, 4000));
}

}  // namespace
}  // namespace alexnet
