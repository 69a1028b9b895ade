#include "train/mean_image.h"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

#include "support/tiny.h"

namespace alexnet {
namespace {

using testing_support::TinyDataset;

constexpr int kSide = 10;  // of the tiny photos

Network with_mean_image(Normalize::Order order) {
  return Network({.name = "mean",
                  .input = {3, 8, 8},
                  .layers = {Normalize{.name = "pixels",
                                       .order = order,
                                       .scale = 0.5,
                                       .mean_image = true,
                                       .mean_height = kSide,
                                       .mean_width = kSide},
                             Flatten{.name = "flatten"}}});
}

Weights mean_of(const Network& network, const Dataset& dataset, const std::vector<std::size_t>& photos,
                int threads = 1) {
  Weights weights;
  const std::atomic<int> stop = 0;
  put_mean_image(weights, network, dataset, photos, {.resize = kSide, .width = 8, .height = 8}, threads, nullptr, stop);
  return weights;
}

TEST(MeanImage, IsTheMeanOfWholeSquaresInTheNetworksUnitsAndOrder) {
  const TinyDataset dataset;
  const Image first = dataset.load(3, true);
  const Image second = dataset.load(20, true);
  for (const auto order : {Normalize::Order::kRGB, Normalize::Order::kBGR}) {
    const Weights weights = mean_of(with_mean_image(order), dataset, {3, 20});
    const Tensor& mean = weights.at("pixels.mean");
    ASSERT_EQ(mean.shape(), (Shape{3, kSide, kSide}));
    for (std::size_t c = 0; c < 3; ++c) {
      const std::size_t source = order == Normalize::Order::kRGB ? c : 2 - c;
      for (std::size_t i = 0; i < kSide * kSide; ++i) {
        const double expected = (first.pixels[i * 3 + source] + second.pixels[i * 3 + source]) * 0.5 / 2;
        ASSERT_FLOAT_EQ(mean.as<float>()[c * kSide * kSide + i], static_cast<float>(expected)) << c << " " << i;
      }
    }
  }
}

TEST(MeanImage, DoesNotDependOnThreadsOrBatches) {
  const TinyDataset dataset(40);
  std::vector<std::size_t> photos(dataset.size());
  std::iota(photos.begin(), photos.end(), std::size_t{0});
  const Network network = with_mean_image(Normalize::Order::kRGB);
  const Weights one = mean_of(network, dataset, photos, 1);
  const Weights five = mean_of(network, dataset, photos, 5);
  EXPECT_TRUE(std::ranges::equal(one.at("pixels.mean").as<float>(), five.at("pixels.mean").as<float>()));
}

TEST(MeanImage, LeavesOutPhotosThatCannotBeRead) {
  const TinyDataset whole;
  const TinyDataset broken(12, 3, {4});
  const Network network = with_mean_image(Normalize::Order::kRGB);
  const Weights without = mean_of(network, whole, {3, 5});
  const Weights with_broken = mean_of(network, broken, {3, 4, 5});
  EXPECT_TRUE(std::ranges::equal(without.at("pixels.mean").as<float>(), with_broken.at("pixels.mean").as<float>()));
}

TEST(MeanImage, IsLeftAloneWhereTheNetworkHasNone) {
  EXPECT_TRUE(mean_of(testing_support::tiny_network(), TinyDataset(), {0, 1}).empty());
}

}  // namespace
}  // namespace alexnet
