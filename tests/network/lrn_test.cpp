#include "alexnet/network/lrn.h"

#include <limits>

#include <gtest/gtest.h>

#include "alexnet/network/layer.h"

#include "error_text.h"

namespace alexnet {
namespace {

// Krizhevsky's layer.py divides by the size across maps and by its square within a map: 1e-4 / 5, 1e-3 / 25.
TEST(LRN, CoefficientFollowsTheConvention) {
  EXPECT_DOUBLE_EQ((LRN{.name = "n", .size = 5, .alpha = 1e-4}.coefficient()), 2e-5);
  EXPECT_DOUBLE_EQ((LRN{.name = "n", .span = LRN::Span::kWithin, .size = 5, .alpha = 1e-3}.coefficient()), 4e-5);
  EXPECT_DOUBLE_EQ((LRN{.name = "n", .size = 5, .alpha = 1e-4, .alpha_divided = false}.coefficient()), 1e-4);
}

TEST(LRN, KeepsTheShape) { EXPECT_EQ(output_shape(LRN{.name = "n"}, {96, 5, 7}), (Shape{96, 5, 7})); }

TEST(LRN, RefusesWhatHasNoMeaning) {
  const auto refusal = [](const LRN& layer) { return error_text([&] { (void)output_shape(layer, {9, 4, 4}); }); };
  EXPECT_EQ(refusal({.name = "n", .size = 4}), "network-invalid | n | expected an odd size, got 4");
  EXPECT_EQ(refusal({.name = "n", .size = -1}), "network-invalid | n | expected an odd size, got -1");
  EXPECT_EQ(refusal({.name = "n", .groups = 2}),
            "network-invalid | n | expected channels that 2 groups divide, got 9 channels");
  EXPECT_EQ(refusal({.name = "n", .span = LRN::Span::kWithin, .groups = 3}),
            "network-invalid | n | expected groups 1 within a map, got 3");
  EXPECT_EQ(refusal({.name = "n", .k = 0}), "network-invalid | n | expected k above 0, got 0");
  EXPECT_EQ(refusal({.name = "n", .alpha = -1}), "network-invalid | n | expected alpha of at least 0, got -1");
  EXPECT_EQ(refusal({.name = "n", .beta = std::numeric_limits<double>::infinity()}),
            "network-invalid | n | expected a finite beta, got inf");
}

}  // namespace
}  // namespace alexnet
