#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/models/models.h"

#include "golden.h"

namespace alexnet {
namespace {

TEST(LeNet5, LayersAreGolden) {
  // Computed from the configuration that frameworks teach: 156 = 6 (25 + 1), 2,416 = 16 (6 x 25 + 1), ...
  EXPECT_THAT(table_of(models::lenet5()), ::testing::ElementsAreArray({
                                              "normalize normalize 1x28x28",
                                              "conv1 conv2d 6x28x28 156 117600",
                                              "tanh1 tanh 6x28x28",
                                              "pool1 avg_pool2d 6x14x14",
                                              "conv2 conv2d 16x10x10 2416 240000",
                                              "tanh2 tanh 16x10x10",
                                              "pool2 avg_pool2d 16x5x5",
                                              "flatten flatten 400",
                                              "fc3 dense 120 48120 48000",
                                              "tanh3 tanh 120",
                                              "fc4 dense 84 10164 10080",
                                              "tanh4 tanh 84",
                                              "fc5 dense 10 850 840",
                                          }));
  EXPECT_EQ(models::lenet5().parameter_count(), 61706);
  EXPECT_EQ(models::lenet5().macs(), 416520);
}

}  // namespace
}  // namespace alexnet
