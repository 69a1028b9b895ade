#include "alexnet/explain/layer_maps.h"

#include <gtest/gtest.h>

#include "alexnet/backends/cpu_backend.h"
#include "alexnet/backends/reference_backend.h"
#include "alexnet/models/models.h"

#include "explain/small_model.h"

namespace alexnet::explain {
namespace {

using testing_support::grey;
using testing_support::model_of;
using testing_support::noise_photo;
using testing_support::set;

TEST(LayerMaps, CountsWhatALayerMade) {
  Network network(
      {.name = "two maps",
       .input = {1, 2, 2},
       .layers = {Normalize{.name = "normalize", .scale = 1}, Conv2D{.name = "conv1", .filters = 2, .kernel = 1},
                  ReLU{"relu1"}, Flatten{"flatten"}, Dense{"fc", 2}}});
  Weights weights = initial_weights(network, 1);
  set(weights, "conv1.weight", {-1, 2});
  set(weights, "fc.weight", std::vector<float>(16, 1));
  const auto backend = make_reference_backend();
  PhotoPass pass(model_of(network, weights), *backend);
  pass.look(grey(2, 2, {1, 2, 3, 0}));
  const auto all = layer_maps(pass);
  ASSERT_EQ(all.size(), 5U);
  EXPECT_EQ(all[1].min, -3);
  EXPECT_EQ(all[1].max, 6);
  EXPECT_EQ(all[1].mean, 0.75);
  EXPECT_EQ(all[1].zeros, 0.25);
  const LayerMaps& relu = all[2];
  EXPECT_EQ(relu.layer, "relu1");
  EXPECT_EQ(relu.kind, "relu");
  EXPECT_EQ(relu.shape, (Shape{2, 2, 2}));
  EXPECT_EQ(relu.min, 0);
  EXPECT_EQ(relu.zeros, 5.0 / 8);
  EXPECT_EQ(relu.strongest, 1U);
  EXPECT_EQ(relu.row, 1);
  EXPECT_EQ(relu.column, 0);
  EXPECT_EQ(all[4].shape, (Shape{2}));
  EXPECT_EQ(all[4].max, 12);
}

TEST(LayerMaps, DrawsEveryLayerOfTheSmallPresets) {
  const auto backend = make_cpu_backend();
  for (const Network& network : {models::lenet5(), models::cifar10_quick(), models::cifar10_11pct()}) {
    PhotoPass pass(model_of(network, initial_weights(network, 1)), *backend);
    pass.look(noise_photo(32, 32, static_cast<int>(network.input()[0]), 2));
    const auto all = layer_maps(pass);
    ASSERT_EQ(all.size(), network.layers().size());
    for (const LayerMaps& maps : all) {
      EXPECT_GE(maps.sheet.width, 200) << network.name() << ' ' << maps.layer;
      EXPECT_LE(maps.sheet.width, 740) << network.name() << ' ' << maps.layer;
      EXPECT_LE(maps.sheet.height, 800) << network.name() << ' ' << maps.layer;
    }
  }
}

}  // namespace
}  // namespace alexnet::explain
