#include "alexnet/network/padding.h"

#include <gtest/gtest.h>

namespace alexnet {
namespace {

TEST(Padding, ExplicitNumbersStay) {
  EXPECT_EQ(Padding::of(1, 2, 3, 4).resolved(10, 10, 3, 2), Padding::of(1, 2, 3, 4));
  EXPECT_EQ(Padding::valid().resolved(10, 10, 3, 2), Padding::all(0));
}

// TensorFlow, tf.nn "Notes on padding": total = max((ceil(in / stride) - 1) * stride + kernel - in, 0), half of it
// (rounded down) in front.
TEST(Padding, SameGivesTheOddPixelToBottomAndRight) {
  EXPECT_EQ(Padding::same().resolved(224, 224, 11, 4), Padding::of(3, 3, 4, 4));
  EXPECT_EQ(Padding::same().resolved(5, 6, 3, 2), Padding::of(1, 0, 1, 1));
  EXPECT_EQ(Padding::same().resolved(28, 28, 5, 1), Padding::all(2));
}

TEST(Padding, SameNeedsNoneWhereWindowsLeaveGaps) { EXPECT_EQ(Padding::same().resolved(7, 8, 1, 3), Padding::valid()); }

}  // namespace
}  // namespace alexnet
