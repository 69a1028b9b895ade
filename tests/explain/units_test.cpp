#include "alexnet/explain/units.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/backends/reference_backend.h"
#include "alexnet/core/error.h"
#include "alexnet/explain/photo_pass.h"
#include "alexnet/models/models.h"

#include "explain/small_model.h"
#include "support/thrown.h"

namespace alexnet::explain {
namespace {

using ::testing::ElementsAre;
using testing_support::argument;
using testing_support::message_of;
using testing_support::model_of;
using testing_support::noise_photo;
using testing_support::thrown;

TEST(FieldGrid, OfThePaperIsAsWorkedOutByHand) {
  const Network network = models::alexnet_2012();
  const auto grid = [&](const char* layer) {
    const FieldGrid found = field_grid(network, network.index_of(layer));
    return std::vector<std::int64_t>{found.left, found.top, found.size, found.step};
  };
  // Sizes 11, 11 + 2*4, 19 + 4*8, 51 + 2*8, and 2*16 more for each of conv3 to conv5; conv2 is padded by 2 cells of 8,
  // conv3 to conv5 by 1 cell of 16 each.
  EXPECT_THAT(grid("conv1"), ElementsAre(0, 0, 11, 4));
  EXPECT_THAT(grid("pool1"), ElementsAre(0, 0, 19, 8));
  EXPECT_THAT(grid("conv2"), ElementsAre(-16, -16, 51, 8));
  EXPECT_THAT(grid("pool2"), ElementsAre(-16, -16, 67, 16));
  EXPECT_THAT(grid("conv3"), ElementsAre(-32, -32, 99, 16));
  EXPECT_THAT(grid("conv4"), ElementsAre(-48, -48, 131, 16));
  EXPECT_THAT(grid("conv5"), ElementsAre(-64, -64, 163, 16));
  EXPECT_THAT(grid("pool5"), ElementsAre(-64, -64, 195, 32));
  EXPECT_EQ(field_grid(network, network.index_of("conv5")).at(2, 1), (Field{-48, -32, 163}));
}

TEST(FieldGrid, IsWhereThePixelsMoveTheCell) {
  // All weights are positive, so every pixel of the field has a gradient, and no other. Every window fits: none is cut
  // off at an edge.
  Network network(
      {.name = "odd",
       .input = {3, 24, 18},
       .layers = {Normalize{"normalize"},
                  Conv2D{.name = "conv1", .filters = 4, .kernel = 5, .stride = 2, .padding = Padding::of(1, 2, 0, 1)},
                  ReLU{"relu1"}, AvgPool2D{.name = "pool1", .window = 3, .stride = 2},
                  Conv2D{.name = "conv2", .filters = 4, .kernel = 3, .padding = Padding::all(1), .groups = 2},
                  ReLU{"relu2"}, Flatten{"flatten"}, Dense{"fc", 2}}});
  Weights weights = initial_weights(network, 1);
  for (auto& [name, tensor] : weights) {
    std::ranges::fill(tensor.as<float>(), 0.1F);
  }
  const auto backend = make_reference_backend();
  const PhotoPass pass(model_of(network, weights), *backend);
  const auto program = pass.program({.batch = 1, .backward = Backward::kInput, .kept = {"conv2"}});
  Batch batch;
  batch.input = Tensor(ElementType::kF32, {1, 3, 24, 18});
  std::ranges::fill(batch.input.as<float>(), 100.0F);
  batch.rows = 1;
  (void)program->infer(batch);
  const Shape shape = program->kept("conv2").shape();
  const FieldGrid grid = field_grid(network, network.index_of("conv2"));
  for (std::int64_t row = 0; row < shape[2]; ++row) {
    for (std::int64_t column = 0; column < shape[3]; ++column) {
      Tensor one(ElementType::kF32, shape);
      one.as<float>()[static_cast<std::size_t>((3 * shape[2] + row) * shape[3] + column)] = 1;
      program->backward("conv2", one);
      const Tensor slopes = program->input_gradient().converted(ElementType::kF64);
      const Field field = grid.at(row, column);
      for (std::int64_t y = 0; y < 24; ++y) {
        for (std::int64_t x = 0; x < 18; ++x) {
          const bool inside =
              y >= field.top && y < field.top + field.size && x >= field.left && x < field.left + field.size;
          EXPECT_EQ(slopes.as<double>()[static_cast<std::size_t>(y * 18 + x)] != 0, inside)
              << "cell " << row << "," << column << " pixel " << y << "," << x;
        }
      }
    }
  }
}

TEST(UnitByName, IsLayerAndNumber) {
  const Network network = models::alexnet_2012();
  const Unit unit = unit_by_name(network, "conv3/117");
  EXPECT_EQ(unit.layer, "conv3");
  EXPECT_EQ(unit.index, 117U);
  for (const char* wrong : {"conv3", "conv3/", "conv3/x", "conv3/1x", "conv3/-1", "/", ""}) {
    EXPECT_EQ(message_of([&] { (void)unit_by_name(network, wrong); }), Message::kOptionInvalid) << wrong;
  }
  const auto many = thrown([&] { (void)unit_by_name(network, "conv3/384"); });
  ASSERT_TRUE(many);
  EXPECT_EQ(argument(*many, "expected"), "conv3/0 to conv3/383");
  const auto near = thrown([&] { (void)unit_by_name(network, "conv33/1"); });
  ASSERT_TRUE(near);
  EXPECT_EQ(argument(*near, "nearest"), "conv3");
  const auto dense = thrown([&] { (void)unit_by_name(network, "fc6/1"); });
  ASSERT_TRUE(dense);
  EXPECT_EQ(argument(*dense, "known"), "conv1, conv2, conv3, conv4, conv5");
}

TEST(PlaceOfUnits, IsBehindTheNormalisationBeforeTheActivation) {
  const auto place = [](const Network& network, const char* layer) { return place_of_units(network, layer); };
  // conv1, lrn1, pool1, relu1 and conv2, relu2, lrn2: docs/models.md.
  EXPECT_EQ(place(models::alexnet_2012(), "conv1").layer, "lrn1");
  EXPECT_TRUE(place(models::alexnet_2012(), "conv1").rectified) << "behind the pool";
  EXPECT_EQ(place(models::alexnet_2012(), "conv2").layer, "conv2");
  EXPECT_TRUE(place(models::alexnet_2012(), "conv2").rectified);
  EXPECT_EQ(place(models::alexnet_paper(), "conv1").layer, "conv1");
  EXPECT_EQ(place(models::alexnet_bn(), "conv1").layer, "bn1");
  EXPECT_EQ(place(models::lenet5(), "conv1").layer, "conv1");
  EXPECT_FALSE(place(models::lenet5(), "conv1").rectified);
}

}  // namespace
}  // namespace alexnet::explain
