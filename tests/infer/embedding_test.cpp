#include "alexnet/infer/embedding.h"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "alexnet/backends/cpu_backend.h"
#include "alexnet/backends/reference_backend.h"
#include "alexnet/network/weights.h"

#include "support/thrown.h"
#include "support/tiny.h"

namespace alexnet {
namespace {

using testing_support::message_of;
using testing_support::tiny_network;
using testing_support::TinyDataset;

Model tiny_embedder() {
  Geometry geometry;
  geometry.resize = geometry.width = geometry.height = 8;
  return {tiny_network(), initial_weights(tiny_network(), 3), geometry, {}};
}

std::vector<std::size_t> every_item(const Dataset& dataset) {
  std::vector<std::size_t> items(dataset.size());
  std::iota(items.begin(), items.end(), std::size_t{0});
  return items;
}

TEST(LastHiddenLayer, IsWhatTheLastDenseReads) {
  EXPECT_EQ(last_hidden_layer(tiny_network()), "drop2");
  const Network none({.name = "none",
                      .input = {1, 4, 4},
                      .layers = {Conv2D{.name = "conv1", .filters = 2, .kernel = 4}, Flatten{.name = "flatten"}}});
  EXPECT_EQ(message_of([&] { (void)last_hidden_layer(none); }), Message::kNetworkInvalid);
}

TEST(Embedder, GivesTheInputOfTheLastDense) {
  const TinyDataset dataset(3);
  const Model model = tiny_embedder();
  const auto backend = make_reference_backend();
  Embedder embedder(model, *backend, {.batch = 4});
  EXPECT_EQ(embedder.layer(), "drop2");
  EXPECT_EQ(embedder.size(), 8);
  const auto scores = score_photos(model, *backend, dataset, {4}).scores[0];
  const auto vector = embedder.embed(dataset.load(4, true));
  ASSERT_EQ(vector.size(), 8U);
  // score[c] = sum over i of weight[c][i] vector[i] + bias[c]
  const auto weight = model.weights.at("fc3.weight").as<float>();
  const auto bias = model.weights.at("fc3.bias").as<float>();
  for (std::size_t c = 0; c < 3; ++c) {
    EXPECT_NEAR(std::inner_product(vector.begin(), vector.end(), weight.begin() + static_cast<std::ptrdiff_t>(8 * c),
                                   static_cast<double>(bias[c])),
                scores[c], 1e-5);
  }
}

TEST(Embedder, GoesThroughADataSetInItsOrderAndNamesBadPhotos) {
  const TinyDataset dataset(3, 3, {0, 5});
  for (const auto& backend : {make_reference_backend(), make_cpu_backend(1)}) {
    Embedder embedder(tiny_embedder(), *backend, {.layer = "pool1", .batch = 4});
    std::vector<std::size_t> seen;
    const auto bad = embedder.embed(dataset, every_item(dataset), [&](std::size_t item, std::span<const float> vector) {
      seen.push_back(item);
      ASSERT_EQ(static_cast<std::int64_t>(vector.size()), embedder.size());
      const auto alone = embedder.embed(dataset.load(item, true));
      for (std::size_t i = 0; i < alone.size(); ++i) {
        ASSERT_NEAR(vector[i], alone[i], 1e-5);
      }
    });
    EXPECT_EQ(seen, (std::vector<std::size_t>{1, 2, 3, 4, 6, 7, 8}));
    ASSERT_EQ(bad.size(), 2U);
    EXPECT_EQ(bad[1].item, 5U);
  }
}

TEST(Embedder, RefusesALayerThatIsNotThere) {
  const auto backend = make_reference_backend();
  EXPECT_EQ(message_of([&] { const Embedder embedder(tiny_embedder(), *backend, {.layer = "fc7"}); }),
            Message::kLayerUnknown);
}

TEST(CosineDistance, HasItsKnownValues) {
  const auto distance = [](std::vector<float> a, std::vector<float> b) { return cosine_distance(a, b); };
  EXPECT_DOUBLE_EQ(distance({1, 0}, {1, 1}), 1 - std::sqrt(0.5));
  EXPECT_EQ(distance({3, 4}, {6, 8}), 0);
  EXPECT_DOUBLE_EQ(distance({3, 4}, {-4, 3}), 1);
  EXPECT_DOUBLE_EQ(distance({3, 4}, {-3, -4}), 2);
  EXPECT_EQ(distance({0, 0}, {3, 4}), 1);
  EXPECT_EQ(distance({0, 0}, {0, 0}), 0);
}

TEST(NearestPhotos, KeepsTheNearestInOrder) {
  NearestPhotos nearest({1, 0}, 3);
  const std::vector<std::vector<float>> vectors = {{0, 1}, {1, 1}, {2, 0}, {1, 2}, {2, 2}, {-1, 0}};
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    nearest.see(i, vectors[i]);
  }
  ASSERT_EQ(nearest.found().size(), 3U);
  EXPECT_EQ(nearest.found()[0].item, 2U);
  EXPECT_EQ(nearest.found()[0].distance, 0);
  EXPECT_EQ(nearest.found()[1].item, 1U);  // equally far as 4, which came later
  EXPECT_EQ(nearest.found()[2].item, 4U);
}

TEST(NearestPhotos, APhotoFindsItself) {
  const TinyDataset dataset(5);
  for (const auto& backend : {make_reference_backend(), make_cpu_backend(1)}) {
    Embedder embedder(tiny_embedder(), *backend, {.batch = 4});
    for (const std::size_t item : {0U, 6U, 14U}) {
      NearestPhotos nearest(embedder.embed(dataset.load(item, true)), 2);
      (void)embedder.embed(dataset, every_item(dataset),
                           [&](std::size_t i, std::span<const float> vector) { nearest.see(i, vector); });
      EXPECT_EQ(nearest.found()[0].item, item);
      EXPECT_EQ(nearest.found()[0].distance, 0);
      EXPECT_GT(nearest.found()[1].distance, 0);
    }
  }
}

}  // namespace
}  // namespace alexnet
