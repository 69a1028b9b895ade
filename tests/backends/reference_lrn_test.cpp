#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "backends/reference_run.h"

namespace alexnet {
namespace {

using test::ReferenceRun;

/// All elements of a (1,C,H,W) image alike.
std::vector<double> normalise(const LRN& lrn, const Shape& image, double value) {
  Tensor input(ElementType::kF64, {1, image[0], image[1], image[2]});
  std::ranges::fill(input.as<double>(), value);
  return ReferenceRun(image, {lrn}).infer(std::move(input));
}

// Spec section 12: x = 100 in every channel; d = 3, 7 and 2 in the middle.
TEST(ReferenceLRN, HasTheThreeConventionsOfThePaperAndItsFollowers) {
  EXPECT_NEAR(normalise({.name = "lrn"}, {9, 1, 1}, 100)[4], 43.869, 5e-4);
  EXPECT_NEAR(normalise({.name = "lrn", .alpha_divided = false}, {9, 1, 1}, 100)[4], 23.237, 5e-4);
  EXPECT_NEAR(normalise({.name = "lrn", .k = 1}, {9, 1, 1}, 100)[4], 59.460, 5e-4);
}

// Spec section 12: the edge channel sums three terms, d = 2.6. The next one sums four, d = 2.8.
TEST(ReferenceLRN, ClipsTheWindowAtTheEdgeAndKeepsTheCoefficient) {
  const std::vector<double> y = normalise({.name = "lrn"}, {9, 1, 1}, 100);
  EXPECT_NEAR(y[0], 100 * std::pow(2.6, -0.75), 1e-9);
  EXPECT_NEAR(y[1], 100 * std::pow(2.8, -0.75), 1e-9);
  EXPECT_NEAR(y[8], 100 * std::pow(2.6, -0.75), 1e-9);
}

// Groups of three channels: each channel sums the three of its group, d = 2 + 2e-5 * 3 * 100^2.
TEST(ReferenceLRN, StaysInsideAGroup) {
  for (const double y : normalise({.name = "lrn", .groups = 2}, {6, 1, 1}, 100)) {
    EXPECT_NEAR(y, 100 * std::pow(2.6, -0.75), 1e-9);
  }
}

// Spec section 2, the extra norm of configuration 145: k = 1, c = 0.001 / 25. On a 5x5 map of tens: 25, 9 and 15 terms.
TEST(ReferenceLRN, SumsASquareWithinAMap) {
  const LRN lrn{.name = "lrn", .span = LRN::Span::kWithin, .size = 5, .alpha = 1e-3, .k = 1};
  const std::vector<double> y = normalise(lrn, {2, 5, 5}, 10);
  EXPECT_NEAR(y[12], 10 * std::pow(1.1, -0.75), 1e-9);
  EXPECT_NEAR(y[0], 10 * std::pow(1.036, -0.75), 1e-9);
  EXPECT_NEAR(y[2], 10 * std::pow(1.06, -0.75), 1e-9);
  EXPECT_EQ(y[25 + 12], y[12]);
}

// One channel, beta 1: y = x / (k + c x^2), so dy/dx = (k - c x^2) / (k + c x^2)^2 = (2 - 4) / 36 at k 2, c 1, x 2.
TEST(ReferenceLRN, HasTheGradientOfItsFormula) {
  const LRN lrn{.name = "lrn", .size = 1, .alpha = 1, .beta = 1};
  const auto dx = test::input_gradient({1, 1, 1}, lrn, {}, test::batch_of(test::numbers({1, 1, 1, 1}, {2})),
                                       test::numbers({1, 1, 1, 1}, {1}));
  EXPECT_NEAR(dx[0], -2.0 / 36, 1e-15);
}

}  // namespace
}  // namespace alexnet
