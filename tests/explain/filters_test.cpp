#include "alexnet/explain/filters.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <gtest/gtest.h>

#include "alexnet/core/error.h"
#include "alexnet/models/models.h"

#include "support/thrown.h"

namespace alexnet::explain {
namespace {

using testing_support::message_of;

/// Two filters of 1x1: one red, one grey and of half the strength.
Network two_filters(Normalize::Order order = Normalize::Order::kRGB, int filters = 2, int groups = 1) {
  return Network({.name = "small",
                  .input = {3, 4, 4},
                  .layers = {Normalize{.name = "normalize", .order = order},
                             Conv2D{.name = "conv1", .filters = filters, .kernel = 1},
                             Conv2D{.name = "conv2", .filters = 2, .kernel = 1, .groups = groups},
                             Flatten{.name = "flatten"}, Dense{.name = "fc", .units = 2}}});
}

Weights with_first(const Network& network, const std::vector<float>& values) {
  Weights weights = initial_weights(network, 1);
  Tensor& tensor = weights.at("conv1.weight");
  tensor = Tensor::of<float>(tensor.shape(), values);
  return weights;
}

std::array<int, 3> pixel(const Image& image, int x, int y) {
  const std::uint8_t* p = image.row(y) + static_cast<std::size_t>(x) * 3;
  return {p[0], p[1], p[2]};
}

/// Inside the first and second tile: margin 8, heading 13, separator 1.
constexpr int kTop = 8 + 13 + 1 + 2;
constexpr int kFirst = 8 + 1 + 2;

TEST(FilterSheet, DrawsZeroAsMidGreyOnOneScale) {
  const Network network = two_filters();
  const auto sheet = filter_sheet(network, with_first(network, {2, 0, 0, -1, -1, -1}));
  EXPECT_EQ(sheet.layer, "conv1");
  EXPECT_EQ(sheet.largest, 2);
  EXPECT_EQ(sheet.enlarged, 16);
  // 128 + 127 * share: 2 -> 255, 0 -> 128, -1 -> 64.5, rounded away from zero.
  EXPECT_EQ(pixel(sheet.picture, kFirst, kTop), (std::array{255, 128, 128}));
  EXPECT_EQ(pixel(sheet.picture, kFirst + 17, kTop), (std::array{65, 65, 65}));
  EXPECT_EQ(pixel(sheet.picture, 8 + 17, kTop), (std::array{0, 0, 0})) << "the separator";
}

TEST(FilterSheet, MeasuresNormAndColour) {
  const Network network = two_filters();
  const auto sheet = filter_sheet(network, with_first(network, {2, 0, 0, -1, -1, -1}));
  EXPECT_DOUBLE_EQ(sheet.filters[0].norm, 2);
  // Mean 2/3: (4/3)^2 + 2 (2/3)^2 = 24/9 of 4.
  EXPECT_DOUBLE_EQ(sheet.filters[0].colour, 2.0 / 3);
  EXPECT_DOUBLE_EQ(sheet.filters[1].norm, std::sqrt(3.0));
  EXPECT_DOUBLE_EQ(sheet.filters[1].colour, 0);
  EXPECT_FALSE(sheet.filters[0].empty || sheet.filters[1].empty);
}

TEST(FilterSheet, ShowsBgrAsTheColoursOfThePhoto) {
  const Network network = two_filters(Normalize::Order::kBGR);
  const auto sheet = filter_sheet(network, with_first(network, {0, 0, 2, -1, -1, -1}));
  EXPECT_EQ(pixel(sheet.picture, kFirst, kTop), (std::array{255, 128, 128}));
}

TEST(FilterSheet, CrossesOutEmptyFilters) {
  const Network network = two_filters();
  const auto sheet = filter_sheet(network, with_first(network, {1, 0, 0, 0, 0.001F, 0}));
  EXPECT_FALSE(sheet.filters[0].empty);
  EXPECT_TRUE(sheet.filters[1].empty);
  EXPECT_EQ(pixel(sheet.picture, kFirst - 2 + 17, kTop - 2), (std::array{0, 0, 0})) << "the corner of the cross";
  EXPECT_NE(pixel(sheet.picture, kFirst - 2, kTop - 2), (std::array{0, 0, 0}));
  const auto nothing = filter_sheet(network, with_first(network, {0, 0, 0, 0, 0, 0}));
  EXPECT_TRUE(nothing.filters[0].empty && nothing.filters[1].empty);
}

TEST(FilterSheet, SetsTheTowersApart) {
  const Network network = two_filters(Normalize::Order::kRGB, 4, 2);
  const auto sheet = filter_sheet(network, initial_weights(network, 2));
  EXPECT_EQ(sheet.parts, 2U);
  EXPECT_EQ(sheet.filters[1].part, 0U);
  EXPECT_EQ(sheet.filters[2].part, 1U);
  EXPECT_EQ(filter_sheet(two_filters(), initial_weights(two_filters(), 2)).parts, 1U);
}

TEST(FilterSheet, WorksOnEveryPreset) {
  for (const auto& preset : models::presets()) {
    // A small last layer: its weights are drawn and thrown away here.
    const Network whole = preset.make(2);
    auto options = whole.options();
    // The convolutions alone; what stands behind them does not matter here.
    const auto flatten =
        std::ranges::find_if(options.layers, [](const Layer& layer) { return std::holds_alternative<Flatten>(layer); });
    options.layers.erase(flatten + 1, options.layers.end());
    options.tensor_names.clear();
    const Network network(options);
    const auto sheet = filter_sheet(network, initial_weights(network, 1));
    const auto& first = std::get<Conv2D>(network.layers()[1]);
    EXPECT_EQ(sheet.filters.size(), static_cast<std::size_t>(first.filters)) << preset.name;
    EXPECT_LE(sheet.picture.width, 760) << preset.name;
    EXPECT_GE(sheet.picture.width, 300) << preset.name;
    // Source: docs/models.md, groups of conv2.
    const bool towers = preset.name.starts_with("alexnet-2012") || preset.name.starts_with("caffe") ||
                        preset.name == "alexnet-6conv" || preset.name == "alexnet-paper" || preset.name == "alexnet-bn";
    EXPECT_EQ(sheet.parts, towers && preset.name != "alexnet-2012-half" ? 2U : 1U) << preset.name;
    EXPECT_EQ(sheet.picture, filter_sheet(network, initial_weights(network, 1)).picture) << preset.name;
  }
}

TEST(FilterSheet, NeedsAConvolutionThatReadsThePicture) {
  const Network dense(
      {.name = "dense", .input = {3, 4, 4}, .layers = {Flatten{.name = "flatten"}, Dense{.name = "fc", .units = 2}}});
  EXPECT_EQ(message_of([&] { static_cast<void>(filter_sheet(dense, initial_weights(dense, 1))); }),
            Message::kNoConvolution);
  const Network four({.name = "four", .input = {4, 4, 4}, .layers = {Conv2D{.name = "c", .filters = 2, .kernel = 1}}});
  EXPECT_EQ(message_of([&] { static_cast<void>(filter_sheet(four, initial_weights(four, 1))); }),
            Message::kNetworkInvalid);
}

}  // namespace
}  // namespace alexnet::explain
