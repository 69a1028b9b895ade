#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/core/error.h"

#include "backends/reference_run.h"

namespace alexnet {
namespace {

using test::numbers;
using test::ReferenceRun;

/// Two units with one weight each, and a bias; every gradient is what the test says: an observer may change it.
class Updated {
 public:
  explicit Updated(const UpdateRule& rule, const ParameterOptions& weight = {}, double start = 1,
                   const CompileOptions& more = {})
      : run_({1}, {Dense{.name = "fc", .units = 2, .weight = weight}},
             {{"fc.weight", numbers({2, 1}, {start, start})}, {"fc.bias", numbers({2}, {start, start})}},
             options(rule, more)) {}

  void step(double gradient, std::vector<double> rates) {
    const auto set = [&](const GradientView& view) { std::ranges::fill(view.values64, gradient); };
    static_cast<void>(
        run_.program->train(test::batch_of(numbers({1, 1}, {1})), {.rates = rates, .update = true, .observer = set}));
  }
  [[nodiscard]] double weight() const { return test::values_of(parameters().read().at("fc.weight"))[0]; }
  [[nodiscard]] double bias() const { return test::values_of(parameters().read().at("fc.bias"))[1]; }
  [[nodiscard]] double slot(const std::string& name, const std::string& parameter) const {
    return test::values_of(parameters().read_slot(name).at(parameter))[0];
  }
  [[nodiscard]] Parameters& parameters() const { return *run_.parameters; }

 private:
  static CompileOptions options(const UpdateRule& rule, CompileOptions compile) {
    compile.backward = Backward::kAll;
    compile.update = rule;
    return compile;
  }
  ReferenceRun run_;
};

// v = -0.1 * (1 + 0.5 * 1) = -0.15, w = 0.85; v = 0.9 * -0.15 - 0.1 * (1 + 0.5 * 0.85) = -0.2775.
TEST(ReferenceSgd, FollowsThePapersRule) {
  Updated updated(Sgd{.momentum = 0.9, .decay = 0.5});
  updated.step(1, {0.1});
  EXPECT_NEAR(updated.weight(), 0.85, 1e-15);
  updated.step(1, {0.1});
  EXPECT_NEAR(updated.weight(), 0.85 - 0.2775, 1e-15);
  EXPECT_NEAR(updated.slot("momentum", "fc.weight"), -0.2775, 1e-15);
}

// Equal at a constant rate; when it drops, the velocity in weight units keeps its size.
// Inside: v = -0.1, -0.19, then 0.9 * -0.19 - 0.01 = -0.181. Outside: b = 1, 1.9, 2.71, then 0.01 * 2.71.
TEST(ReferenceSgd, DiffersByWhereTheRateStandsOnlyAfterADrop) {
  Updated inside(Sgd{});
  Updated outside(Sgd{.rate_inside = false});
  for (int step = 0; step < 2; ++step) {
    inside.step(1, {0.1});
    outside.step(1, {0.1});
  }
  EXPECT_NEAR(inside.weight(), 1 - 0.29, 1e-15);
  EXPECT_NEAR(outside.weight(), 1 - 0.29, 1e-15);
  inside.step(1, {0.01});
  outside.step(1, {0.01});
  EXPECT_NEAR(inside.weight(), 1 - 0.29 - 0.181, 1e-15);
  EXPECT_NEAR(outside.weight(), 1 - 0.29 - 0.0271, 1e-15);
  EXPECT_NEAR(inside.slot("momentum", "fc.weight"), -0.181, 1e-15);
  EXPECT_NEAR(outside.slot("momentum", "fc.weight"), 2.71, 1e-15);
}

// As PyTorch's: b = 1, 1.9; w = 1 - 0.1 (1 + 0.9) = 0.81, then 0.81 - 0.1 (1 + 0.9 * 1.9) = 0.539. Inside the same.
TEST(ReferenceSgd, LooksAheadWithNesterov) {
  for (const bool inside : {true, false}) {
    Updated updated(Sgd{.rate_inside = inside, .nesterov = true});
    updated.step(1, {0.1});
    EXPECT_NEAR(updated.weight(), 0.81, 1e-15) << inside;
    updated.step(1, {0.1});
    EXPECT_NEAR(updated.weight(), 0.539, 1e-15) << inside;
  }
}

// AdamW: the gradient's moments know nothing of decay; w = 2 (1 - 0.1 * 0.5) - 0.1 * 0.25 / (0.25 + 1e-7 /
// sqrt(0.001)).
TEST(ReferenceAdam, DecaysApartFromTheGradient) {
  Updated updated(Adam{.decay = 0.5, .decoupled = true}, {}, 2);
  updated.step(0.25, {0.1});
  EXPECT_NEAR(updated.slot("adam_m", "fc.weight"), 0.025, 1e-15);
  EXPECT_NEAR(updated.weight(), 1.9 - 0.1 * 0.25 / (0.25 + 1e-7 / std::sqrt(0.001)), 1e-12);
}

// Worked out in Python's floats: m = 0.1, 0.14, -0.074; v = 0.001, 0.001249, 0.005247751; epsilon 1e-7 not
// corrected.
TEST(ReferenceAdam, TakesKerasFirstSteps) {
  Updated updated(Adam{});
  updated.step(1, {1e-3});
  EXPECT_NEAR(updated.weight(), 0.9990000031622677, 1e-15);
  updated.step(0.5, {1e-3});
  EXPECT_NEAR(updated.weight(), 0.9980678261611062, 1e-15);
  updated.step(-2, {1e-3});
  EXPECT_NEAR(updated.weight(), 0.9982741829034443, 1e-15);
  EXPECT_NEAR(updated.slot("adam_m", "fc.weight"), -0.074, 1e-15);
  EXPECT_NEAR(updated.slot("adam_v", "fc.weight"), 0.005247751, 1e-15);
}

// Decay is added to the gradient: 0.25 + 0.5 * 2 is a gradient of 1.25.
TEST(ReferenceAdam, AddsTheDecayToTheGradient) {
  Updated updated(Adam{.decay = 0.5}, {}, 2);
  updated.step(0.25, {1e-3});
  EXPECT_NEAR(updated.slot("adam_m", "fc.weight"), 0.125, 1e-15);
}

// |w| = |g| = sqrt 2: the weights' ratio is 0.3 / 1.5 = 0.2, v = -0.1 * 0.2 * 1.5 = -0.03. Then ratio * (g + decay w) =
// 0.3 * 0.97, v = 0.9 * -0.03 - 0.0291 = -0.0561. The bias goes without: v = -0.1 * 1.5 = -0.15.
TEST(ReferenceLars, ScalesTheRateByTheNormsOfWeightsAndGradient) {
  Updated updated(Lars{.momentum = 0.9, .decay = 0.5, .trust = 0.3});
  updated.step(1, {0.1});
  EXPECT_NEAR(updated.weight(), 0.97, 1e-15);
  EXPECT_NEAR(updated.bias(), 0.85, 1e-15);
  updated.step(1, {0.1});
  EXPECT_NEAR(updated.weight(), 0.97 - 0.0561, 1e-15);
  EXPECT_NEAR(updated.slot("momentum", "fc.weight"), -0.0561, 1e-15);
}

TEST(ReferenceLars, TakesPlainStepsWhereANormIsZero) {
  Updated updated(Lars{.trust = 0.3}, {}, 0);
  updated.step(1, {0.1});
  EXPECT_NEAR(updated.weight(), -0.1, 1e-15);
}

// Four gradients of 3: their norm is 6, which 1.5 cuts to a quarter. The decay is added behind.
TEST(ReferenceUpdate, ClipsTheNormOverAllGradients) {
  CompileOptions clip;
  clip.clip_norm = 1.5;
  Updated updated(Sgd{.decay = 0.5}, {}, 1, clip);
  updated.step(3, {0.1});
  EXPECT_NEAR(updated.weight(), 1 - 0.1 * (0.75 + 0.5), 1e-15);
  EXPECT_NEAR(updated.bias(), 1 - 0.1 * (0.75 + 0.5), 1e-15);
  clip.clip_norm = 6;
  Updated untouched(Sgd{.decay = 0.5}, {}, 1, clip);
  untouched.step(3, {0.1});
  EXPECT_NEAR(untouched.weight(), 1 - 0.1 * 3.5, 1e-15);
}

// Weights 1, 0.9, 0.71: a = 0.1 * 1 + 0.9 * 0.9 = 0.91 with s = 1/10, then with s = 2/11, then s = 0.2 < 3/12.
TEST(ReferenceUpdate, KeepsAMovingAverage) {
  CompileOptions average;
  average.average = 0.2;
  Updated updated(Sgd{}, {}, 1, average);
  EXPECT_EQ(updated.slot("average", "fc.weight"), 1);
  updated.step(1, {0.1});
  EXPECT_NEAR(updated.slot("average", "fc.weight"), 0.91, 1e-15);
  updated.step(1, {0.1});
  const double second = (2 * 0.91 + 9 * 0.71) / 11;
  EXPECT_NEAR(updated.slot("average", "fc.weight"), second, 1e-15);
  updated.step(1, {0.1});
  EXPECT_NEAR(updated.slot("average", "fc.weight"), 0.2 * second + 0.8 * updated.weight(), 1e-15);
}

TEST(ReferenceUpdate, LeavesAParameterOfRateZeroAndItsSlots) {
  Updated updated(Sgd{.decay = 0.5});
  updated.step(1, {0.1, 0.1});
  const double velocity = updated.slot("momentum", "fc.weight");
  const double weight = updated.weight();
  const double bias = updated.bias();
  updated.step(1, {0, 0.1});
  EXPECT_EQ(updated.weight(), weight);
  EXPECT_EQ(updated.slot("momentum", "fc.weight"), velocity);
  EXPECT_NE(updated.bias(), bias);
  EXPECT_EQ(updated.parameters().step(), 2);
}

// Rate 0.1 * 2 and decay 0.5 * 0: w = 1 - 0.2.
TEST(ReferenceUpdate, MultipliesRateAndDecayByTheParametersOwn) {
  Updated updated(Sgd{.decay = 0.5}, {.init = {}, .rate = 2, .decay = 0});
  updated.step(1, {0.1});
  EXPECT_NEAR(updated.weight(), 0.8, 1e-15);
  EXPECT_NEAR(updated.bias(), 1 - 0.1 * 1.5, 1e-15);
}

TEST(ReferenceUpdate, GoesOnFromSlotsAndStepAsIfNeverInterrupted) {
  for (const UpdateRule& rule : {UpdateRule{Sgd{.decay = 0.1}}, UpdateRule{Adam{}}}) {
    Updated whole(rule);
    Updated first(rule);
    for (const double gradient : {1.0, 0.5}) {
      whole.step(gradient, {1e-2});
      first.step(gradient, {1e-2});
    }
    Updated second(rule);
    second.parameters().write(first.parameters().read());
    for (const std::string& slot : first.parameters().slots()) {
      second.parameters().write_slot(slot, first.parameters().read_slot(slot));
    }
    second.parameters().set_step(first.parameters().step());
    whole.step(-2, {1e-2});
    second.step(-2, {1e-2});
    EXPECT_EQ(whole.weight(), second.weight());
  }
}

TEST(ReferenceParameters, RefusesWhatDoesNotBelong) {
  Updated updated(Sgd{});
  Parameters& parameters = updated.parameters();
  EXPECT_THROW(parameters.write({{"fc.weights", numbers({2, 1}, {1, 1})}}), Error);
  EXPECT_THROW(parameters.write({{"fc.weight", numbers({1, 2}, {1, 1})}}), Error);
  EXPECT_THROW(static_cast<void>(parameters.read_slot("adam_m")), Error);
  EXPECT_THROW(parameters.write_slot("momentum", {{"fc.weight", numbers({1}, {1})}}), Error);
  // All or nothing: the bias is not written either.
  EXPECT_THROW(parameters.write({{"fc.bias", numbers({2}, {9, 9})}, {"fc.weight", numbers({1}, {1})}}), Error);
  EXPECT_EQ(updated.bias(), 1);
}

}  // namespace
}  // namespace alexnet
