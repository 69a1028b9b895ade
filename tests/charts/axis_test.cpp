#include "charts/axis.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace alexnet::charts::detail {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::Pointwise;

TEST(Axis, HasRoundTicks) {
  const Axis axis = make_axis({0.13, 2.71}, {.ticks = 5, .rounded = true, .from_zero = true});
  EXPECT_THAT(axis.ticks, Pointwise(DoubleNear(1e-12), {0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0}));
  EXPECT_EQ(axis.low, 0.0);
  EXPECT_EQ(axis.high, 3.0);
  EXPECT_EQ(axis.fraction(1.5), 0.5);
}

TEST(Axis, CountsEpochsInWholeNumbers) {
  EXPECT_THAT(make_axis({1, 2, 3}, {.ticks = 9, .whole = true}).ticks, ElementsAre(1, 2, 3));
  EXPECT_THAT(make_axis({1}, {.ticks = 9, .whole = true}).ticks, ElementsAre(0, 1, 2));
}

TEST(Axis, KeepsGivenEnds) {
  const Axis axis = make_axis({0.2, 7.0}, {.ticks = 5, .rounded = true, .low = 0.1, .high = 0.9});
  EXPECT_EQ(axis.low, 0.1);
  EXPECT_EQ(axis.high, 0.9);
}

TEST(Axis, BeginsAtZeroOnlyWhereThatIsNear) {
  EXPECT_EQ(make_axis({0.5, 3}, {.rounded = true, .from_zero = true}).low, 0.0);
  EXPECT_NEAR(make_axis({0.9, 0.95}, {.rounded = true, .from_zero = true}).low, 0.9, 1e-12);
  EXPECT_EQ(make_axis({-1, 3}, {.rounded = true, .from_zero = true}).low, -1.0);
}

TEST(Axis, AlwaysHasAnExtent) {
  for (const std::vector<double>& values : std::vector<std::vector<double>>{
           {}, {0}, {5, 5}, {-3}, {1e17, 1e17 + 16}, {1e-300}, {-9e299, 9e299}, {1e-12, 2e-12}}) {
    const Axis axis = make_axis(values, {.ticks = 5, .rounded = true, .from_zero = true});
    EXPECT_GT(axis.high, axis.low);
    EXPECT_TRUE(std::isfinite(axis.high - axis.low));
    EXPECT_LE(axis.ticks.size(), 20U);
    for (const double value : values) {
      EXPECT_GE(axis.fraction(value), -1e-9);
      EXPECT_LE(axis.fraction(value), 1 + 1e-9);
    }
  }
  EXPECT_GT(make_axis({3}, {.low = 2.0, .high = 1.0}).high, 2.0) << "an upside-down range";
}

TEST(TickText, HasTheDecimalsOfTheStep) {
  EXPECT_EQ(tick_text(0.5, 0.5, false), "0.5");
  EXPECT_EQ(tick_text(2, 1, false), "2");
  EXPECT_EQ(tick_text(0.0025, 0.0005, false), "0.0025");
  EXPECT_EQ(tick_text(0.2, 0.2, true), "20 %");
  EXPECT_EQ(tick_text(0.615, 0.005, true), "61.5 %");
  EXPECT_EQ(tick_text(-1e-18, 0.1, false), "0.0") << "no minus before a zero";
  EXPECT_EQ(tick_text(3e9, 1e9, false), "3e+09");
}

TEST(ValueText, SaysWhatALineEndsWith) {
  EXPECT_EQ(value_text(0.6149, true), "61.5 %");
  EXPECT_EQ(value_text(0.27401, false), "0.274");
  EXPECT_EQ(value_text(1e-4, false), "0.0001");
}

TEST(IsDrawable, RefusesWhatHasNoPlace) {
  EXPECT_TRUE(is_drawable(-1e299));
  for (const double value : std::vector<double>{NAN, INFINITY, -INFINITY, 1e301}) {
    EXPECT_FALSE(is_drawable(value));
  }
}

}  // namespace
}  // namespace alexnet::charts::detail
