#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/reference_run.h"

namespace alexnet {
namespace {

using test::batch_of;
using test::numbers;
using test::ReferenceRun;
using testing::ElementsAre;

CompileOptions training() {
  CompileOptions options;
  options.statistics = Statistics::kTraining;
  options.backward = Backward::kAll;
  return options;
}

double parameter(const ReferenceRun& run, const std::string& name) {
  return test::values_of(run.parameters->read().at(name))[0];
}

void train(ReferenceRun& run, const Batch& batch) {
  static_cast<void>(run.program->train(batch, {.rates = {}, .update = false, .observer = {}}));
}

// Mean 3, biased variance 4; y = 2 (x - 3) / sqrt(4 + 0.001) + 1.
TEST(ReferenceBatchNorm, UsesTheBatchInTraining) {
  ReferenceRun run({1}, {BatchNorm{.name = "norm"}},
                   {{"norm.weight", numbers({1}, {2})}, {"norm.bias", numbers({1}, {1})}}, training());
  const std::vector<double> y = run.infer(numbers({2, 1}, {1, 5}));
  EXPECT_NEAR(y[0], 1 - 4 / std::sqrt(4.001), 1e-12);
  EXPECT_NEAR(y[1], 1 + 4 / std::sqrt(4.001), 1e-12);
}

TEST(ReferenceBatchNorm, CountsOnlyTheValidRows) {
  ReferenceRun run({1}, {BatchNorm{.name = "norm"}}, {}, training());
  Batch batch = batch_of(numbers({3, 1}, {1, 5, 1e6}));
  batch.rows = 2;
  const std::vector<double> y = run.infer(batch);
  ASSERT_EQ(y.size(), 2U);
  EXPECT_NEAR(y[1], 2 / std::sqrt(4.001), 1e-12);
}

TEST(ReferenceBatchNorm, CountsPixelsOfEachChannel) {
  ReferenceRun run({2, 1, 2}, {BatchNorm{.name = "norm", .epsilon = 3}}, {}, training());
  // Channel 0 holds 1, 3: variance 1; channel 1 holds 10, 12, too.
  EXPECT_THAT(run.infer(numbers({1, 2, 1, 2}, {1, 3, 10, 12})), ElementsAre(-0.5, 0.5, -0.5, 0.5));
}

// running = 0.99 running + 0.01 batch, from 0 and 1: 0.01 * 3 and 0.99 + 0.01 * 4, or 0.01 * 8 unbiased (2 values).
TEST(ReferenceBatchNorm, MovesItsAveragesInTrainOnly) {
  for (const bool unbiased : {false, true}) {
    ReferenceRun run({1}, {BatchNorm{.name = "norm", .unbiased_running_variance = unbiased}}, {}, training());
    const std::uint64_t version = run.parameters->version();
    static_cast<void>(run.infer(numbers({2, 1}, {1, 5})));
    EXPECT_EQ(parameter(run, "norm.running_mean"), 0);
    EXPECT_EQ(run.parameters->version(), version);
    train(run, batch_of(numbers({2, 1}, {1, 5})));
    EXPECT_NEAR(parameter(run, "norm.running_mean"), 0.03, 1e-15);
    EXPECT_NEAR(parameter(run, "norm.running_var"), unbiased ? 1.07 : 1.03, 1e-15);
    EXPECT_GT(run.parameters->version(), version);
  }
}

// After one epoch of 17 updates an average that starts at 0 holds 1 - 0.99^17 = 15.7 % of the batch's.
TEST(ReferenceBatchNorm, DoesNotCorrectTheStartOfItsAverages) {
  ReferenceRun run({1}, {BatchNorm{.name = "norm"}}, {}, training());
  for (int update = 0; update < 17; ++update) {
    train(run, batch_of(numbers({2, 1}, {1, 5})));
  }
  EXPECT_NEAR(parameter(run, "norm.running_mean") / 3, 0.157, 5e-4);
}

TEST(ReferenceBatchNorm, UsesItsAveragesInInference) {
  const Weights weights = {{"norm.running_mean", numbers({1}, {10})}, {"norm.running_var", numbers({1}, {3})}};
  CompileOptions options = training();
  options.statistics = Statistics::kInference;
  ReferenceRun run({1}, {BatchNorm{.name = "norm", .epsilon = 1}}, weights, options);
  EXPECT_THAT(run.infer(numbers({1, 1}, {14})), ElementsAre(2));
  train(run, batch_of(numbers({1, 1}, {14})));
  EXPECT_EQ(parameter(run, "norm.running_mean"), 10);
}

}  // namespace
}  // namespace alexnet
