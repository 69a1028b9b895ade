#include "alexnet/network/pooling.h"

#include <gtest/gtest.h>

#include "alexnet/network/layer.h"

#include "error_text.h"

namespace alexnet {
namespace {

Shape pooled(std::int64_t extent, int window, int stride, PoolRounding rounding, Padding padding = Padding::valid()) {
  const MaxPool2D max{.name = "p", .window = window, .stride = stride, .padding = padding, .rounding = rounding};
  const AvgPool2D average{.name = "p", .window = window, .stride = stride, .padding = padding, .rounding = rounding};
  const Shape shape = output_shape(max, {2, extent, extent});
  EXPECT_EQ(output_shape(average, {2, extent, extent}), shape);
  return shape;
}

std::int64_t size(std::int64_t extent, int window, int stride, PoolRounding rounding, Padding padding = {}) {
  return pooled(extent, window, stride, rounding, padding)[1];
}

// The CIFAR recipes of cuda-convnet and Caffe: 32-16-8-4 rounding up, 32-15-7-3 rounding down, 24-12-6 for crops.
TEST(Pooling, RoundsUpOrDown) {
  EXPECT_EQ(size(32, 3, 2, PoolRounding::kUp), 16);
  EXPECT_EQ(size(16, 3, 2, PoolRounding::kUp), 8);
  EXPECT_EQ(size(8, 3, 2, PoolRounding::kUp), 4);
  EXPECT_EQ(size(24, 3, 2, PoolRounding::kUp), 12);
  EXPECT_EQ(size(12, 3, 2, PoolRounding::kUp), 6);
  EXPECT_EQ(size(32, 3, 2, PoolRounding::kDown), 15);
  EXPECT_EQ(size(15, 3, 2, PoolRounding::kDown), 7);
  EXPECT_EQ(size(7, 3, 2, PoolRounding::kDown), 3);
}

// On ImageNet sizes both agree: 55-27-13-6.
TEST(Pooling, RoundingIsTheSameWhereWindowsFitExactly) {
  for (const PoolRounding rounding : {PoolRounding::kDown, PoolRounding::kUp}) {
    EXPECT_EQ(size(55, 3, 2, rounding), 27);
    EXPECT_EQ(size(27, 3, 2, rounding), 13);
    EXPECT_EQ(size(13, 3, 2, rounding), 6);
  }
}

// Caffe, pooling_layer.cpp: the last window must start inside the image or its leading padding, else it is clipped.
TEST(Pooling, NoWindowStartsBeyondTheImage) {
  EXPECT_EQ(size(4, 1, 3, PoolRounding::kUp), 2);                   // starts 0, 3
  EXPECT_EQ(size(3, 1, 3, PoolRounding::kUp), 1);                   // ceil(2/3) + 1 = 2, but 3 is outside
  EXPECT_EQ(size(3, 2, 2, PoolRounding::kUp, Padding::all(1)), 2);  // ceil(3/2) + 1 = 3, but 4 = 3 + 1 is outside
  EXPECT_EQ(size(4, 2, 2, PoolRounding::kUp, Padding::all(1)), 3);  // starts 0, 2, 4 of 1 + 4 + 1
}

TEST(Pooling, WindowLargerThanTheImageIsClippedWhenRoundingUp) {
  EXPECT_EQ(size(2, 3, 2, PoolRounding::kUp), 1);
  EXPECT_EQ(size(1, 9, 2, PoolRounding::kUp), 1);
  EXPECT_EQ(error_text([] { (void)size(2, 3, 2, PoolRounding::kDown); }),
            "network-invalid | p | expected an input height of at least 3 (window 3, padding 0), got 2");
}

TEST(Pooling, SamePaddingDividesByTheStride) {
  for (const PoolRounding rounding : {PoolRounding::kDown, PoolRounding::kUp}) {
    for (std::int64_t extent = 1; extent <= 9; ++extent) {
      EXPECT_EQ(size(extent, 3, 2, rounding, Padding::same()), (extent + 1) / 2) << extent;
      EXPECT_EQ(size(extent, 1, 3, rounding, Padding::same()), (extent + 2) / 3) << extent;
    }
  }
}

TEST(Pooling, RefusesPaddingThatLeavesAWindowWithoutAPixel) {
  EXPECT_EQ(error_text([] { (void)size(8, 2, 2, PoolRounding::kDown, Padding::of(0, 0, 2, 0)); }),
            "network-invalid | p | expected padding smaller than the window of 2, got pad 0,0,2,0");
}

TEST(Pooling, KeepsChannelsAndHasNoParameters) {
  EXPECT_EQ(pooled(6, 2, 2, PoolRounding::kDown), (Shape{2, 3, 3}));
  EXPECT_TRUE(parameters(MaxPool2D{.name = "p"}, {2, 6, 6}).empty());
  EXPECT_EQ(macs(AvgPool2D{.name = "p"}, {2, 6, 6}), 0);
}

}  // namespace
}  // namespace alexnet
