#include "alexnet/network/conv2d.h"

#include <gtest/gtest.h>

#include "alexnet/network/layer.h"

#include "error_text.h"

namespace alexnet {
namespace {

Conv2D conv(int kernel, int stride, Padding padding = Padding::valid()) {
  return {.name = "c", .filters = 8, .kernel = kernel, .stride = stride, .padding = padding};
}

// The first layer of the family: 55 in the 2012 code (3 zeros right and below), Caffe (227) and torchvision (padding
// 2); 54 without padding (the tutorial), 56 with TensorFlow's `same`.
TEST(Conv2D, FirstLayerOfTheFamily) {
  EXPECT_EQ(output_shape(conv(11, 4, Padding::of(0, 0, 3, 3)), {3, 224, 224}), (Shape{8, 55, 55}));
  EXPECT_EQ(output_shape(conv(11, 4), {3, 227, 227}), (Shape{8, 55, 55}));
  EXPECT_EQ(output_shape(conv(11, 4, Padding::all(2)), {3, 224, 224}), (Shape{8, 55, 55}));
  EXPECT_EQ(output_shape(conv(11, 4), {3, 224, 224}), (Shape{8, 54, 54}));
  EXPECT_EQ(output_shape(conv(11, 4, Padding::same()), {3, 224, 224}), (Shape{8, 56, 56}));
}

TEST(Conv2D, EachSideAddsItsOwnPadding) {
  EXPECT_EQ(output_shape(conv(3, 1, Padding::of(1, 0, 2, 0)), {1, 5, 5}), (Shape{8, 6, 3}));
}

TEST(Conv2D, ParametersAndMacsCountOnlyTheGroup) {
  const Conv2D layer{.name = "c", .filters = 6, .kernel = 3, .groups = 2};
  const auto specs = parameters(layer, {4, 5, 5});
  ASSERT_EQ(specs.size(), 2u);
  EXPECT_EQ(specs[0].name, "c.weight");
  EXPECT_EQ(specs[0].shape, (Shape{6, 2, 3, 3}));
  EXPECT_EQ(specs[0].fan_in, 18);
  EXPECT_EQ(specs[0].fan_out, 54);
  EXPECT_EQ(specs[1].name, "c.bias");
  EXPECT_EQ(specs[1].shape, (Shape{6}));
  EXPECT_EQ(specs[1].fan_in, 18);
  EXPECT_EQ(macs(layer, {4, 5, 5}), 6 * 3 * 3 * 2 * 3 * 3);
}

TEST(Conv2D, WithoutBiasHasOneParameter) {
  EXPECT_EQ(parameters(Conv2D{.name = "c", .filters = 2, .kernel = 1, .has_bias = false}, {3, 1, 1}).size(), 1u);
}

TEST(Conv2D, RefusesWhatDoesNotFit) {
  const auto refusal = [](const Conv2D& layer, const Shape& input) {
    return error_text([&] { (void)output_shape(layer, input); });
  };
  EXPECT_EQ(refusal(conv(5, 1), {3, 4, 9}),
            "network-invalid | c | expected an input height of at least 5 (window 5, padding 0), got 4");
  EXPECT_EQ(refusal(conv(5, 1, Padding::of(1, 0, 0, 0)), {3, 4, 3}),
            "network-invalid | c | expected an input width of at least 5 (window 5, padding 0), got 3");
  EXPECT_EQ(refusal(conv(0, 1), {3, 4, 4}), "network-invalid | c | expected a window of at least 1, got 0");
  EXPECT_EQ(refusal(conv(1, 0), {3, 4, 4}), "network-invalid | c | expected a stride of at least 1, got 0");
  EXPECT_EQ(refusal(conv(1, 1, Padding::of(0, 0, -1, 0)), {3, 4, 4}),
            "network-invalid | c | expected padding of at least 0 on each side, got pad 0,0,-1,0");
  EXPECT_EQ(refusal(conv(1, 1), {12}), "network-invalid | c | expected an input of channels x height x width, got 12");
  EXPECT_EQ(refusal({.name = "c", .filters = 0, .kernel = 1}, {3, 4, 4}),
            "network-invalid | c | expected filters of at least 1, got 0");
  EXPECT_EQ(refusal({.name = "c", .filters = 8, .kernel = 1, .groups = 0}, {3, 4, 4}),
            "network-invalid | c | expected groups of at least 1, got 0");
}

TEST(Conv2D, RefusesGroupsThatDoNotDivide) {
  const auto refusal = [](int filters, std::int64_t channels) {
    const Conv2D layer{.name = "c", .filters = filters, .kernel = 1, .groups = 2};
    return error_text([&] { (void)output_shape(layer, {channels, 4, 4}); });
  };
  EXPECT_EQ(refusal(4, 3),
            "network-invalid | c | expected channels and filters that 2 groups divide, got 3 channels and 4 filters");
  EXPECT_EQ(refusal(3, 4),
            "network-invalid | c | expected channels and filters that 2 groups divide, got 4 channels and 3 filters");
  EXPECT_EQ(refusal(4, 4), "nothing");
}

TEST(Conv2D, RefusesSizesThatCannotBeCounted) {
  const int most = 2147483647;
  const Conv2D huge{.name = "c", .filters = most, .kernel = most, .padding = Padding::all(most)};
  EXPECT_NE(error_text([&] { (void)parameters(huge, {3, 224, 224}); }), "nothing");
  EXPECT_NE(error_text([&] { (void)macs(huge, {3, 224, 224}); }), "nothing");
  const Conv2D wide{.name = "c", .filters = most, .kernel = 1};
  EXPECT_EQ(error_text([&] {
              (void)output_shape(wide, {3, 224, 224});
            }),
            "network-invalid | c | expected at most 1099511627776 output elements, got 2147483647x224x224");
}

}  // namespace
}  // namespace alexnet
