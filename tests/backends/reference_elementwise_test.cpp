#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/reference_run.h"

namespace alexnet {
namespace {

using test::batch_of;
using test::numbers;
using test::ReferenceRun;
using testing::DoubleNear;
using testing::ElementsAre;

TEST(ReferenceReLU, IsFlatAtAndBelowZero) {
  ReferenceRun run({3}, {ReLU{"relu"}});
  EXPECT_THAT(run.infer(numbers({1, 3}, {-2, 0, 3})), ElementsAre(0, 0, 3));
  EXPECT_THAT(
      test::input_gradient({3}, ReLU{"relu"}, {}, batch_of(numbers({1, 3}, {-2, 0, 3})), numbers({1, 3}, {5, 6, 7})),
      ElementsAre(0, 0, 7));
}

// tanh(ln 2) = (2 - 1/2) / (2 + 1/2) = 0.6, slope 1 - 0.36; sigmoid(ln 3) = 3/4, slope 3/16.
TEST(ReferenceTanhAndSigmoid, HaveTheirValuesAndSlopes) {
  ReferenceRun tanh({1}, {Tanh{"tanh"}});
  const Tensor log_two = numbers({1, 1}, {std::log(2.0)});
  EXPECT_THAT(tanh.infer(log_two), ElementsAre(DoubleNear(0.6, 1e-15)));
  EXPECT_THAT(test::input_gradient({1}, Tanh{"tanh"}, {}, batch_of(log_two), numbers({1, 1}, {1})),
              ElementsAre(DoubleNear(0.64, 1e-15)));
  ReferenceRun sigmoid({1}, {Sigmoid{"sigmoid"}});
  const Tensor log_three = numbers({1, 1}, {std::log(3.0)});
  EXPECT_THAT(sigmoid.infer(log_three), ElementsAre(DoubleNear(0.75, 1e-15)));
  EXPECT_THAT(test::input_gradient({1}, Sigmoid{"sigmoid"}, {}, batch_of(log_three), numbers({1, 1}, {1})),
              ElementsAre(DoubleNear(3.0 / 16, 1e-15)));
}

TEST(ReferenceFlatten, IsChannelMajor) {
  ReferenceRun run({2, 1, 2}, {Flatten{"flat"}, Dense{.name = "fc", .units = 1, .has_bias = false}},
                   {{"fc.weight", numbers({1, 4}, {1, 10, 100, 1000})}});
  // Channel 0 holds 1, 2; channel 1 holds 3, 4.
  EXPECT_THAT(run.infer(numbers({1, 2, 1, 2}, {1, 2, 3, 4})), ElementsAre(4321));
}

TEST(ReferenceDense, AddsItsBias) {
  ReferenceRun run({2}, {Dense{.name = "fc", .units = 2}},
                   {{"fc.weight", numbers({2, 2}, {1, 2, 3, 4})}, {"fc.bias", numbers({2}, {0.5, -0.5})}});
  EXPECT_THAT(run.infer(numbers({2, 2}, {1, 1, 2, 0})), ElementsAre(3.5, 6.5, 2.5, 5.5));
}

}  // namespace
}  // namespace alexnet
