#include "alexnet/train/schedule.h"

#include <cmath>

#include <gtest/gtest.h>

namespace alexnet {
namespace {

constexpr std::int64_t kSteps = 10;  // an epoch

Recipe recipe_with(ScheduleKind schedule) {
  Recipe recipe;
  recipe.schedule = schedule;
  recipe.rate = 0.8;
  recipe.epochs = 4;
  return recipe;
}

TEST(Schedule, ConstantStays) {
  const Recipe recipe = recipe_with(ScheduleKind::kConstant);
  EXPECT_EQ(rate_at(recipe, 0, kSteps), 0.8);
  EXPECT_EQ(rate_at(recipe, 1000, kSteps), 0.8);
}

TEST(Schedule, StepFallsAtItsEpochs) {
  Recipe recipe = recipe_with(ScheduleKind::kStep);
  recipe.step_epochs = 1.5;
  recipe.step_factor = 0.5;
  EXPECT_DOUBLE_EQ(rate_at(recipe, 0, kSteps), 0.8);
  EXPECT_DOUBLE_EQ(rate_at(recipe, 14, kSteps), 0.8);
  EXPECT_DOUBLE_EQ(rate_at(recipe, 15, kSteps), 0.4);
  EXPECT_DOUBLE_EQ(rate_at(recipe, 30, kSteps), 0.2);
}

TEST(Schedule, CosineFallsToTheFinalRate) {
  Recipe recipe = recipe_with(ScheduleKind::kCosine);
  recipe.final_rate = 0.2;
  EXPECT_DOUBLE_EQ(rate_at(recipe, 0, kSteps), 0.8);
  // 0.2 + 0.6 * (1 + cos(pi / 4)) / 2
  EXPECT_NEAR(rate_at(recipe, 10, kSteps), 0.7121320343559643, 1e-15);
  EXPECT_NEAR(rate_at(recipe, 20, kSteps), 0.5, 1e-15);
  EXPECT_DOUBLE_EQ(rate_at(recipe, 40, kSteps), 0.2);
  EXPECT_DOUBLE_EQ(rate_at(recipe, 400, kSteps), 0.2);
}

TEST(Schedule, LargerStepsGoAsMuchFurtherWhereTheRateHasABatch) {
  Recipe recipe = recipe_with(ScheduleKind::kCosine);
  recipe.final_rate = 0.2;
  recipe.warmup_epochs = 1;
  recipe.batch = 128;
  recipe.accumulate = 6;
  Recipe scaled = recipe;
  scaled.rate_batch = 256;
  for (const std::int64_t step : {0, 5, 10, 25, 40}) {
    EXPECT_DOUBLE_EQ(rate_at(scaled, step, kSteps), 3 * rate_at(recipe, step, kSteps)) << step;
  }
}

TEST(Schedule, WarmsUpInEqualSteps) {
  Recipe recipe = recipe_with(ScheduleKind::kCosine);
  recipe.warmup_epochs = 2;
  EXPECT_DOUBLE_EQ(rate_at(recipe, 0, kSteps), 0.04);
  EXPECT_DOUBLE_EQ(rate_at(recipe, 9, kSteps), 0.4);
  EXPECT_DOUBLE_EQ(rate_at(recipe, 19, kSteps), 0.8);
  EXPECT_DOUBLE_EQ(rate_at(recipe, 20, kSteps), 0.8);
  // The cosine runs over the 20 steps that are left.
  EXPECT_NEAR(rate_at(recipe, 30, kSteps), 0.4, 1e-15);
}

TEST(Schedule, WarmUpOfPartsOfAnEpochDoesNotOvershoot) {
  Recipe recipe = recipe_with(ScheduleKind::kConstant);
  recipe.warmup_epochs = 0.25;  // 2.5 steps
  EXPECT_DOUBLE_EQ(rate_at(recipe, 0, kSteps), 0.32);
  EXPECT_DOUBLE_EQ(rate_at(recipe, 1, kSteps), 0.64);
  EXPECT_DOUBLE_EQ(rate_at(recipe, 2, kSteps), 0.8);
}

TEST(Schedule, WarmUpMayBeLongerThanTheTraining) {
  Recipe recipe = recipe_with(ScheduleKind::kCosine);
  recipe.warmup_epochs = 8;
  EXPECT_DOUBLE_EQ(rate_at(recipe, 39, kSteps), 0.4);
  EXPECT_EQ(rate_at(recipe, 80, kSteps), 0);
}

TEST(Schedule, StepFallsAtNamedEpochs) {
  Recipe recipe = recipe_with(ScheduleKind::kStep);
  recipe.step_at = {1, 2.5};
  EXPECT_DOUBLE_EQ(rate_at(recipe, 9, kSteps), 0.8);
  EXPECT_DOUBLE_EQ(rate_at(recipe, 10, kSteps), 0.08);
  EXPECT_DOUBLE_EQ(rate_at(recipe, 24, kSteps), 0.08);
  EXPECT_DOUBLE_EQ(rate_at(recipe, 25, kSteps), 0.008);
  EXPECT_DOUBLE_EQ(rate_at(recipe, 1000, kSteps), 0.008);
}

// The rates that cuda-convnet2 prints for 0.01, 4 steps and a factor of 250.
TEST(Schedule, DexpFallsByEqualFactorsOverEqualShares) {
  Recipe recipe = recipe_with(ScheduleKind::kDexp);
  recipe.rate = 0.01;
  recipe.final_rate = 0.00004;
  EXPECT_DOUBLE_EQ(rate_at(recipe, 0, kSteps), 0.01);
  EXPECT_DOUBLE_EQ(rate_at(recipe, 9, kSteps), 0.01);
  EXPECT_NEAR(rate_at(recipe, 10, kSteps), 0.0015874, 1e-7);
  EXPECT_NEAR(rate_at(recipe, 20, kSteps), 0.00025198, 1e-8);
  EXPECT_NEAR(rate_at(recipe, 30, kSteps), 0.00004, 1e-12);
  EXPECT_NEAR(rate_at(recipe, 400, kSteps), 0.00004, 1e-12);
}

TEST(Schedule, LinearAndPolynomialFallToTheFinalRate) {
  Recipe recipe = recipe_with(ScheduleKind::kLinear);
  recipe.final_rate = 0.4;
  EXPECT_DOUBLE_EQ(rate_at(recipe, 0, kSteps), 0.8);
  EXPECT_DOUBLE_EQ(rate_at(recipe, 10, kSteps), 0.7);
  EXPECT_DOUBLE_EQ(rate_at(recipe, 40, kSteps), 0.4);
  recipe.schedule = ScheduleKind::kPolynomial;
  recipe.final_rate = 0;
  recipe.poly_power = 2;
  EXPECT_DOUBLE_EQ(rate_at(recipe, 10, kSteps), 0.45);  // 0.8 * (3/4)^2
  EXPECT_DOUBLE_EQ(rate_at(recipe, 40, kSteps), 0);
}

TEST(Plateau, DividesTheRateWhenTheBestStandsStill) {
  Recipe recipe = recipe_with(ScheduleKind::kPlateau);
  recipe.plateau_epochs = 2;
  Plateau plateau;
  const auto factor_after = [&](double top1) {
    plateau.see(top1, recipe);
    return plateau.factor;
  };
  EXPECT_EQ(factor_after(0.0), 1);  // better than none
  EXPECT_EQ(factor_after(0.5), 1);
  EXPECT_EQ(factor_after(0.5), 1);
  EXPECT_EQ(factor_after(0.6), 1);
  EXPECT_EQ(factor_after(0.5), 1);
  EXPECT_DOUBLE_EQ(factor_after(0.6), 0.1);
  EXPECT_DOUBLE_EQ(factor_after(0.6), 0.1);
  EXPECT_DOUBLE_EQ(factor_after(0.6), 0.01);
  EXPECT_EQ(rate_at(recipe, 1000, kSteps), 0.8);
}

}  // namespace
}  // namespace alexnet
