#include "alexnet/explain/heat_map.h"

#include <gtest/gtest.h>

namespace alexnet::explain {
namespace {

const HeatMap kFour = {
    .width = 2, .height = 2, .lattice = {.x = 10, .y = 20, .step_x = 4, .step_y = 8}, .values = {1, 2, 3, -8}};

TEST(HeatMap, KnowsItsPlaces) {
  EXPECT_EQ(kFour.centre(1).x, 14);
  EXPECT_EQ(kFour.centre(1).y, 20);
  EXPECT_EQ(kFour.centre(2).y, 28);
  EXPECT_EQ(kFour.peak(), 2U);
  EXPECT_EQ(kFour.largest(), 8);
}

TEST(HeatMap, IsLinearBetweenCentresAndFlatBeyond) {
  EXPECT_EQ(kFour.at({10, 20}), 1);
  EXPECT_EQ(kFour.at({12, 20}), 1.5);
  EXPECT_EQ(kFour.at({12, 24}), -0.5);
  EXPECT_EQ(kFour.at({-100, 0}), 1);
  EXPECT_EQ(kFour.at({100, 100}), -8);
}

TEST(HeatMap, CoversWhatLiesWithinItsReach) {
  HeatMap map = kFour;  // centres at 10 and 14, 20 and 28
  map.reach = 2;
  EXPECT_TRUE(map.covers({8, 30}));
  EXPECT_TRUE(map.covers({16, 18}));
  EXPECT_FALSE(map.covers({7.9, 20}));
  EXPECT_FALSE(map.covers({12, 30.1}));
}

TEST(HeatMap, LiesOnThePhotoThatItWasCutFrom) {
  const Geometry geometry{.resize = 100, .width = 50, .height = 80};
  const auto place = on_photo({25, 40}, {.left = 100, .top = 10, .width = 200, .height = 160}, geometry);
  EXPECT_EQ(place.x, 200);
  EXPECT_EQ(place.y, 90);
}

TEST(RankCorrelation, IsSpearmans) {
  const std::vector<double> up = {1, 2, 5, 100};
  EXPECT_DOUBLE_EQ(*rank_correlation(up, up), 1);
  EXPECT_DOUBLE_EQ(*rank_correlation(up, std::vector<double>{9, 8, 7, -6}), -1);
  // Ranks 0 1 2 3 and 0 2 1 3: 1 - 6 * 2 / (4 * 15) = 0.8.
  EXPECT_DOUBLE_EQ(*rank_correlation(up, std::vector<double>{0, 4, 3, 5}), 0.8);
  // Equal values share a rank: 0 1 2 3 and 0.5 0.5 2.5 2.5 make 4 / sqrt(5 * 4).
  EXPECT_NEAR(*rank_correlation(up, std::vector<double>{7, 7, 9, 9}), 4 / 4.472135955, 1e-9);
  EXPECT_FALSE(rank_correlation(up, std::vector<double>{3, 3, 3, 3}));
}

TEST(Agreement, ReadsTheOtherMapAtTheSamePlaces) {
  const HeatMap coarse = {.width = 2, .height = 1, .lattice = {.x = 12, .y = 0}, .values = {1, 2}};
  const HeatMap fine = {.width = 2, .height = 1, .lattice = {.x = 5, .y = 3, .step_x = 20}, .values = {-1, 4}};
  const HeatMap wide = {.width = 2, .height = 1, .lattice = coarse.lattice, .reach = 20, .values = coarse.values};
  EXPECT_DOUBLE_EQ(*agreement(fine, wide), 1);
  EXPECT_FALSE(agreement(fine, coarse)) << "it covers neither";
}

}  // namespace
}  // namespace alexnet::explain
