#include "alexnet/runtime/loss.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace alexnet {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

struct Result {
  double loss;
  std::vector<double> gradient;
};

Result loss_of(Loss loss, const Batch& batch, const std::vector<double>& scores) {
  const auto classes = static_cast<std::int64_t>(scores.size()) / batch.rows;
  Result result{0, std::vector<double>(scores.size())};
  result.loss = loss_and_gradient<double>(loss, batch, classes, scores, result.gradient);
  EXPECT_EQ(loss_and_gradient<double>(loss, batch, classes, scores, {}), result.loss);  // without a gradient
  return result;
}

Batch labelled(std::vector<std::int32_t> labels) {
  Batch batch;
  batch.rows = static_cast<int>(labels.size());
  batch.labels = std::move(labels);
  return batch;
}

// Spec section 12: ln(1000) = 6.9078, ln(17) = 2.8332, ln(10) = 2.3026.
TEST(CrossEntropy, IsTheLogarithmOfTheClassesAtEqualScores) {
  for (const auto& [classes, expected] : {std::pair{1000, 6.9078}, {17, 2.8332}, {10, 2.3026}}) {
    const std::vector<double> zeros(static_cast<std::size_t>(classes));
    EXPECT_NEAR(loss_of(Loss::kSoftmaxCrossEntropy, labelled({3}), zeros).loss, expected, 5e-5);
  }
}

// Scores ln 1, ln 2, ln 5: probabilities 1/8, 2/8, 5/8.
TEST(CrossEntropy, HasProbabilityMinusLabelAsGradient) {
  const Result result =
      loss_of(Loss::kSoftmaxCrossEntropy, labelled({1}), {std::log(1.0), std::log(2.0), std::log(5.0)});
  EXPECT_NEAR(result.loss, std::log(4.0), 1e-15);
  EXPECT_THAT(result.gradient,
              ElementsAre(DoubleNear(0.125, 1e-15), DoubleNear(-0.75, 1e-15), DoubleNear(0.625, 1e-15)));
}

TEST(CrossEntropy, StaysFiniteAtLargeScores) {
  const Result result = loss_of(Loss::kSoftmaxCrossEntropy, labelled({1, 0}), {1000, 0, 1000, 0});
  EXPECT_EQ(result.loss, 500);
  EXPECT_THAT(result.gradient, ElementsAre(0.5, -0.5, 0, 0));
}

// Soft labels 0.5, 0.25, 0 add up to 0.75: loss = 0.75 ln 8 - 0.25 ln 2, gradient = 0.75 p - t.
TEST(CrossEntropy, TakesSoftLabelsThatNeedNotAddUpToOne) {
  Batch batch;
  batch.rows = 1;
  const std::vector<float> soft = {0.5F, 0.25F, 0};
  batch.soft_labels = Tensor::of<float>({1, 3}, soft);
  const Result result = loss_of(Loss::kSoftmaxCrossEntropy, batch, {std::log(1.0), std::log(2.0), std::log(5.0)});
  EXPECT_NEAR(result.loss, 0.75 * std::log(8.0) - 0.25 * std::log(2.0), 1e-15);
  EXPECT_THAT(result.gradient, ElementsAre(DoubleNear(0.75 / 8 - 0.5, 1e-15), DoubleNear(1.5 / 8 - 0.25, 1e-15),
                                           DoubleNear(3.75 / 8, 1e-15)));
}

// Label 0: max(0, 1 + 2 - 1) + max(0, 1 + 0.5 - 1) = 2.5. A term of exactly 0 (score 0) has no slope.
TEST(Hinge, SumsTheMarginsOfAllOtherClasses) {
  const Result result = loss_of(Loss::kHinge, labelled({0}), {1, 2, 0.5, 0, -3});
  EXPECT_EQ(result.loss, 2.5);
  EXPECT_THAT(result.gradient, ElementsAre(-2, 1, 1, 0, 0));
}

// Rows of loss 2 and 4 with weights 1 and 3: (2 + 12) / 4, or over a divisor of the caller's.
TEST(Loss, WeighsRowsAndDivides) {
  Batch batch = labelled({0, 0});
  batch.weights = {1, 3};
  EXPECT_EQ(loss_of(Loss::kHinge, batch, {0, 1, 0, 3}).loss, 3.5);
  batch.divisor = 28;
  const Result result = loss_of(Loss::kHinge, batch, {0, 1, 0, 3});
  EXPECT_EQ(result.loss, 0.5);
  EXPECT_THAT(result.gradient, ElementsAre(-1.0 / 28, 1.0 / 28, -3.0 / 28, 3.0 / 28));
}

TEST(Loss, BelongsToTheOutputKind) {
  EXPECT_EQ(loss_for(OutputKind::kProbabilities), Loss::kSoftmaxCrossEntropy);
  EXPECT_EQ(loss_for(OutputKind::kScores), Loss::kHinge);
}

}  // namespace
}  // namespace alexnet
