#include "alexnet/network/normalize.h"

#include <gtest/gtest.h>

#include "alexnet/network/layer.h"

#include "error_text.h"

namespace alexnet {
namespace {

TEST(Normalize, MeanImageIsAConstantParameter) {
  const Normalize layer{.name = "n", .mean_image = true, .mean_height = 6, .mean_width = 7};
  const auto specs = parameters(layer, {3, 4, 5});
  ASSERT_EQ(specs.size(), 1u);
  EXPECT_EQ(specs[0].name, "n.mean");
  EXPECT_EQ(specs[0].shape, (Shape{3, 6, 7}));
  EXPECT_EQ(specs[0].role, ParameterRole::kConstant);
  EXPECT_TRUE(parameters(Normalize{.name = "n", .mean = {1, 2, 3}}, {3, 4, 5}).empty());
}

TEST(Normalize, RefusesWhatDoesNotFit) {
  const auto refusal = [](const Normalize& layer, std::int64_t channels = 3) {
    return error_text([&] { (void)output_shape(layer, {channels, 4, 5}); });
  };
  EXPECT_EQ(refusal({.name = "n", .mean = {1, 2}}),
            "network-invalid | n | expected no mean, one, or one for each of 3 channels, got 2 of them");
  EXPECT_EQ(refusal({.name = "n", .deviation = {1, 2, 3}}, 1),
            "network-invalid | n | expected no deviation, one, or one for each of 1 channels, got 3 of them");
  EXPECT_EQ(refusal({.name = "n", .deviation = {0}}), "network-invalid | n | expected deviations above 0, got 0");
  EXPECT_EQ(refusal({.name = "n", .order = Normalize::Order::kBGR}, 1),
            "network-invalid | n | expected 3 channels for the order bgr, got 1");
  EXPECT_EQ(refusal({.name = "n", .mean_image = true, .mean_height = 4, .mean_width = 4}),
            "network-invalid | n | expected a mean image of at least 4x5, got 4x4");
  EXPECT_EQ(refusal({.name = "n", .mean = {1}, .mean_image = true, .mean_height = 4, .mean_width = 5}),
            "network-invalid | n | expected a mean image or means, not both, got a mean image and 1 means");
  EXPECT_EQ(refusal({.name = "n", .mean_height = 4}),
            "network-invalid | n | expected no size of a mean image, as it has none, got 4x0");
  EXPECT_EQ(refusal({.name = "n", .mean = {1}, .deviation = {2}}), "nothing");
}

}  // namespace
}  // namespace alexnet
