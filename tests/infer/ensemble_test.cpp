#include "alexnet/infer/ensemble.h"

#include <cmath>

#include <gtest/gtest.h>

#include "alexnet/core/random.h"
#include "alexnet/infer/predictor.h"

#include "support/thrown.h"
#include "support/tiny.h"

namespace alexnet {
namespace {

using testing_support::argument;
using testing_support::message_of;
using testing_support::thrown;

using Rows = std::vector<std::vector<double>>;

/// Made-up answers to photos 0, 1, ... by their probabilities.
PhotoScores answers(const Rows& probabilities, std::vector<std::int32_t> labels) {
  PhotoScores scores;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    scores.items.push_back(i);
    std::vector<double> row;
    for (const double p : probabilities[i]) {
      row.push_back(std::log(p) + 3);  // a softmax does not see what is added to all
    }
    scores.scores.push_back(std::move(row));
  }
  scores.labels = std::move(labels);
  return scores;
}

double probability(const PhotoScores& scores, std::size_t photo, std::size_t index) {
  return output_values(scores.scores.at(photo), scores.output).at(index);
}

std::int64_t right(const Evaluation& e) { return std::llround(e.top1 * static_cast<double>(e.count)); }

/// Models that are right to a degree of their own, by noise.
std::vector<PhotoScores> noisy_models(int models, int photos, std::uint64_t seed) {
  std::vector<PhotoScores> members;
  RandomStream draws(seed, Purpose::kWeights, 0, 0);
  for (int m = 0; m < models; ++m) {
    Rows rows;
    std::vector<std::int32_t> labels;
    for (int i = 0; i < photos; ++i) {
      labels.push_back(i % 3);
      std::vector<double> row;
      double sum = 0;
      for (int j = 0; j < 3; ++j) {
        row.push_back(0.02 + draws.uniform() + (j == i % 3 ? 0.1 * (m + 1) : 0));
        sum += row.back();
      }
      for (double& value : row) {
        value /= sum;
      }
      rows.push_back(std::move(row));
    }
    members.push_back(answers(rows, labels));
  }
  return members;
}

TEST(Ensemble, IsTheWeightedMeanOfProbabilities) {
  const Ensemble ensemble({answers({{0.9, 0.1}, {0.2, 0.8}}, {0, 1}), answers({{0.5, 0.5}, {0.6, 0.4}}, {0, 1})});
  const PhotoScores equal = ensemble.mean({});
  EXPECT_NEAR(probability(equal, 0, 0), 0.7, 1e-12);
  EXPECT_NEAR(probability(equal, 1, 1), 0.6, 1e-12);
  // 3 to 1: 0.75 * 0.9 + 0.25 * 0.5 and 0.75 * 0.8 + 0.25 * 0.4
  const PhotoScores weighted = ensemble.mean(std::vector<double>{3, 1});
  EXPECT_NEAR(probability(weighted, 0, 0), 0.8, 1e-12);
  EXPECT_NEAR(probability(weighted, 1, 1), 0.7, 1e-12);
  EXPECT_NEAR(evaluate(weighted, {"a", "b"}).loss, -(std::log(0.8) + std::log(0.7)) / 2, 1e-12);
  // Weight 0 takes a model out.
  EXPECT_NEAR(probability(ensemble.mean(std::vector<double>{0, 2}), 1, 1), 0.4, 1e-12);
}

TEST(Ensemble, AveragesHingeScoresThemselves) {
  PhotoScores a = answers({{0.5, 0.5}}, {0});
  a.output = OutputKind::kScores;
  a.scores = {{1, -1}};
  PhotoScores b = a;
  b.scores = {{-2, 3}};
  const Ensemble ensemble({a, b});
  EXPECT_EQ(ensemble.mean({}).scores, (Rows{{-0.5, 1}}));
}

TEST(Ensemble, LeavesOutForAllWhatOneCannotRead) {
  PhotoScores a = answers({{0.9, 0.1}, {0.2, 0.8}, {0.3, 0.7}}, {0, 1, 1});
  PhotoScores b = answers({{0.6, 0.4}, {0.5, 0.5}}, {0, 1});
  b.items = {0, 2};
  b.skipped = {{.item = 1, .path = "b/1.png", .reason = "cut off"}};
  const PhotoScores mean = Ensemble({a, b}).mean({});
  EXPECT_EQ(mean.items, (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(mean.labels, (std::vector<std::int32_t>{0, 1}));
  EXPECT_NEAR(probability(mean, 1, 1), 0.6, 1e-12);
  ASSERT_EQ(mean.skipped.size(), 1U);
  EXPECT_EQ(mean.skipped[0].path, "b/1.png");
}

TEST(Ensemble, RefusesMembersThatSawOtherPhotos) {
  const PhotoScores a = answers({{0.9, 0.1}, {0.2, 0.8}}, {0, 1});
  EXPECT_EQ(message_of([&] { Ensemble({a, answers({{0.9, 0.1}}, {0})}); }), Message::kWrongCall);
  EXPECT_EQ(message_of([&] { Ensemble({a, answers({{0.9, 0.1}, {0.2, 0.8}}, {0, 0})}); }), Message::kWrongCall);
  EXPECT_EQ(message_of([&] {
              Ensemble({a, answers({{0.8, 0.1, 0.1}, {0.2, 0.7, 0.1}}, {0, 1})});
            }),
            Message::kWrongCall);
  EXPECT_EQ(message_of([] { Ensemble({}); }), Message::kWrongCall);
}

TEST(SearchWeights, FindsTheKnownOptimum) {
  // Every photo is right with any weights, so the loss decides. With share w of the first model its photos have
  // (0.6 + 0.3 w) and (0.9 - 0.3 w): their product is largest where both are equal, at w = 0.5.
  const Ensemble even({answers({{0.9, 0.1}, {0.6, 0.4}}, {0, 0}), answers({{0.6, 0.4}, {0.9, 0.1}}, {0, 0})});
  EXPECT_EQ(even.search_weights(), (std::vector<double>{0.5, 0.5}));
  // (0.6 + 0.3 w) (0.9 - 0.3 w)^2 is largest at w = -1/3: the first model is left out.
  const Ensemble second({answers({{0.9, 0.1}, {0.6, 0.4}, {0.6, 0.4}}, {0, 0, 0}),
                         answers({{0.6, 0.4}, {0.9, 0.1}, {0.9, 0.1}}, {0, 0, 0})});
  EXPECT_EQ(second.search_weights(), (std::vector<double>{0, 1}));
  // (0.5 + 0.45 w) (0.9 - 0.3 w)^2: 0.45 (0.9 - 0.3 w) = 0.6 (0.5 + 0.45 w), w = 0.105 / 0.405, that is 0.35 to 1.
  const Ensemble between({answers({{0.95, 0.05}, {0.6, 0.4}, {0.6, 0.4}}, {0, 0, 0}),
                          answers({{0.5, 0.5}, {0.9, 0.1}, {0.9, 0.1}}, {0, 0, 0})});
  const auto found = between.search_weights();
  EXPECT_NEAR(found[0], 0.105 / 0.405, 1e-12);
  EXPECT_NEAR(found[1], 0.3 / 0.405, 1e-12);
}

TEST(SearchWeights, PutsRightAnswersBeforeTheLoss) {
  // Photo 1 is right only while the first model outweighs the second by 2 to 1, which costs loss on photo 0.
  const Ensemble ensemble({answers({{0.51, 0.49}, {0.6, 0.4}}, {0, 0}), answers({{0.999, 0.001}, {0.3, 0.7}}, {0, 0})});
  EXPECT_EQ(right(evaluate(ensemble.mean({}), {"a", "b"})), 1);
  const auto weights = ensemble.search_weights();
  EXPECT_EQ(right(evaluate(ensemble.mean(weights), {"a", "b"})), 2);
  EXPECT_GE(weights[0] / weights[1], 2 - 1e-9);
}

TEST(SearchWeights, AreNeverWorseThanEqualOnesAndAlwaysTheSame) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Ensemble ensemble(noisy_models(4, 40, seed));
    const auto weights = ensemble.search_weights();
    EXPECT_EQ(weights, ensemble.search_weights());
    const Evaluation equal = evaluate(ensemble.mean({}), {"a", "b", "c"});
    const Evaluation found = evaluate(ensemble.mean(weights), {"a", "b", "c"});
    EXPECT_TRUE(right(found) > right(equal) || (right(found) == right(equal) && found.loss <= equal.loss + 1e-12))
        << seed;
  }
}

TEST(WeightShares, HaveSumOne) {
  EXPECT_EQ(weight_shares({}, 4), std::vector<double>(4, 0.25));
  EXPECT_EQ(weight_shares(std::vector<double>{1, 0, 3}, 3), (std::vector<double>{0.25, 0, 0.75}));
}

TEST(WeightShares, RefuseWhatIsNoWeight) {
  using Weights = std::vector<double>;
  for (const Weights& weights : {Weights{1, 2}, Weights{1, 2, 3, 4}, Weights{1, -1, 1}, Weights{0, 0, 0},
                                 Weights{1, NAN, 1}, Weights{1, INFINITY, 1}}) {
    const auto error = thrown([&] { (void)weight_shares(weights, 3); });
    ASSERT_TRUE(error) << weights.size();
    EXPECT_EQ(error->message(), Message::kOptionInvalid);
    EXPECT_EQ(argument(*error, "expected"), "a weight of 0 or more for each of 3 models, not all 0");
  }
  EXPECT_EQ(argument(*thrown([] { (void)weight_shares(Weights{1, -0.5}, 2); }), "got"), "1,-0.5");
}

Model model_of(std::vector<std::string> classes, OutputKind output = OutputKind::kProbabilities) {
  return {testing_support::tiny_network(static_cast<int>(classes.size()), output), {}, {}, std::move(classes)};
}

TEST(SameAnswers, NeedTheSameClassesInOneOrder) {
  const Model first = model_of({"daisy", "rose", "tulip"});
  const auto error_of = [&](const Model& other) {
    return thrown([&] { check_same_answers(first, "runs/a", other, "runs/b"); });
  };
  EXPECT_FALSE(error_of(model_of({"daisy", "rose", "tulip"})));
  const auto order = error_of(model_of({"daisy", "tulip", "rose"}));
  ASSERT_TRUE(order);
  EXPECT_EQ(order->message(), Message::kClassCountDiffers);
  EXPECT_EQ(argument(*order, "where"), "runs/b");
  EXPECT_EQ(argument(*order, "expected"), "class 1 to be rose, as in runs/a");
  EXPECT_EQ(argument(*order, "got"), "tulip");
  const auto count = error_of(model_of({"daisy", "rose"}));
  ASSERT_TRUE(count);
  EXPECT_EQ(argument(*count, "expected"), "3 classes, as in runs/a");
  const auto output = error_of(model_of({"daisy", "rose", "tulip"}, OutputKind::kScores));
  ASSERT_TRUE(output);
  EXPECT_EQ(output->message(), Message::kOptionInvalid);
  EXPECT_EQ(argument(*output, "got"), "hinge scores");
}

}  // namespace
}  // namespace alexnet
