#include "alexnet/infer/evaluation.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "alexnet/backends/reference_backend.h"
#include "alexnet/data/geometry.h"
#include "alexnet/infer/predictor.h"
#include "alexnet/network/weights.h"

#include "support/tiny.h"

namespace alexnet {
namespace {

using testing_support::tiny_network;
using testing_support::TinyDataset;

Verdict judged(const std::vector<double>& scores, std::int32_t label, OutputKind output = OutputKind::kProbabilities) {
  return judge(scores, label, output);
}

LoaderOptions tiny_loader(int batch) {
  LoaderOptions options;
  options.geometry.resize = options.geometry.width = options.geometry.height = 8;
  options.batch = batch;
  return options;
}

std::vector<std::size_t> all_items(const Dataset& dataset) {
  std::vector<std::size_t> items(dataset.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    items[i] = i;
  }
  return items;
}

/// An evaluation of the tiny network as it starts, in batches of `batch`.
Evaluation evaluated(const Dataset& dataset, int batch, OutputKind output = OutputKind::kProbabilities,
                     const EvaluationProgress& progress = {}) {
  const auto backend = make_reference_backend();
  const Network network = tiny_network(3, output);
  CompileOptions compile;
  compile.batch = batch;
  const auto program = backend->compile(network, backend->parameters(network, initial_weights(network, 3)), compile);
  Loader loader(dataset, all_items(dataset), tiny_loader(batch));
  return evaluate(*program, loader, dataset.classes(), output, progress);
}

TEST(Judge, GivesCrossEntropyAndProbabilities) {
  // softmax(0, ln 3) = (1/4, 3/4)
  const Verdict verdict = judged({0, std::log(3.0)}, 0);
  EXPECT_EQ(verdict.predicted, 1);
  EXPECT_DOUBLE_EQ(verdict.value, 0.75);
  EXPECT_DOUBLE_EQ(verdict.label_value, 0.25);
  EXPECT_DOUBLE_EQ(verdict.loss, std::log(4.0));
  EXPECT_TRUE(verdict.top5);
}

TEST(Judge, GivesMultiClassHingeAndScores) {
  // max(0, 1 + 2 - 1) + max(0, 1 + 0.5 - 1) + max(0, 1 - 3 - 1) = 2 + 0.5 + 0
  const Verdict verdict = judged({1, 2, 0.5, -3}, 0, OutputKind::kScores);
  EXPECT_EQ(verdict.predicted, 1);
  EXPECT_DOUBLE_EQ(verdict.loss, 2.5);
  EXPECT_DOUBLE_EQ(verdict.value, 2);
  EXPECT_DOUBLE_EQ(verdict.label_value, 1);
}

TEST(Judge, StaysFiniteWhereExpWouldOverflow) {
  const Verdict verdict = judged({1000, -1000}, 1);
  EXPECT_DOUBLE_EQ(verdict.loss, 2000);
  EXPECT_DOUBLE_EQ(verdict.value, 1);
}

TEST(Judge, RanksEqualScoresInClassOrder) {
  const std::vector<double> equal(7, 0.5);
  EXPECT_EQ(judged(equal, 3).predicted, 0);
  EXPECT_TRUE(judged(equal, 4).top5);
  EXPECT_FALSE(judged(equal, 5).top5);
}

TEST(Judge, PassesNanOnAsLoss) {
  EXPECT_TRUE(std::isnan(judged({NAN, 1}, 1).loss));
  EXPECT_TRUE(std::isnan(judged({NAN, 1}, 1, OutputKind::kScores).loss));
}

TEST(WilsonInterval, HasItsKnownValues) {
  // Computed by hand from the formula with z = 1.959964: 8 of 10, 0 of 10; Newcombe 1998, table I, gives 81 of 263.
  EXPECT_NEAR(wilson_interval(8, 10).low, 0.4902, 5e-5);
  EXPECT_NEAR(wilson_interval(8, 10).high, 0.9433, 5e-5);
  EXPECT_NEAR(wilson_interval(81, 263).low, 0.2553, 5e-5);
  EXPECT_NEAR(wilson_interval(81, 263).high, 0.3662, 5e-5);
  EXPECT_EQ(wilson_interval(0, 10).low, 0);
  EXPECT_NEAR(wilson_interval(0, 10).high, 0.2775, 5e-5);
  EXPECT_EQ(wilson_interval(10, 10).high, 1);
  EXPECT_EQ(wilson_interval(0, 0).low, 0);
  EXPECT_EQ(wilson_interval(0, 0).high, 1);
}

TEST(Summarize, CountsClassesAndConfusion) {
  // true: a a a b b c; predicted: a a b b a a
  const auto photo = [](std::int32_t label, std::int32_t predicted) {
    return PhotoResult{0, label, {predicted, label != 2, 0.5, 0.5, 1.5}};
  };
  const Evaluation e = summarize({photo(0, 0), photo(0, 0), photo(0, 1), photo(1, 1), photo(1, 0), photo(2, 0)},
                                 {"a", "b", "c"}, OutputKind::kProbabilities);
  EXPECT_EQ(e.count, 6);
  EXPECT_DOUBLE_EQ(e.top1, 3.0 / 6);
  EXPECT_DOUBLE_EQ(e.top5, 5.0 / 6);
  EXPECT_DOUBLE_EQ(e.loss, 1.5);
  EXPECT_EQ(e.confusion, (std::vector<std::vector<std::int64_t>>{{2, 1, 0}, {1, 1, 0}, {1, 0, 0}}));
  EXPECT_DOUBLE_EQ(e.classes[0].precision, 2.0 / 4);
  EXPECT_DOUBLE_EQ(e.classes[0].recall, 2.0 / 3);
  EXPECT_DOUBLE_EQ(e.classes[0].f1, 4.0 / 7);
  EXPECT_EQ(e.classes[0].support, 3);
  EXPECT_EQ(e.classes[2].precision, 0);  // never predicted
  EXPECT_EQ(e.classes[2].f1, 0);
  EXPECT_DOUBLE_EQ(e.top1_interval.low, wilson_interval(3, 6).low);
}

TEST(Summarize, TakesMeansOverClassesThatHavePhotos) {
  // as above, and a class d without photos; precision 1/2, 1/2, 0; recall 2/3, 1/2, 0; F1 4/7, 1/2, 0
  const auto photo = [](std::int32_t label, std::int32_t predicted) {
    return PhotoResult{0, label, {predicted, true, 0.5, 0.5, 1.5}};
  };
  const Evaluation e = summarize({photo(0, 0), photo(0, 0), photo(0, 1), photo(1, 1), photo(1, 0), photo(2, 0)},
                                 {"a", "b", "c", "d"}, OutputKind::kProbabilities);
  EXPECT_DOUBLE_EQ(e.macro.precision, 1.0 / 3);
  EXPECT_DOUBLE_EQ(e.macro.recall, 7.0 / 18);
  EXPECT_DOUBLE_EQ(e.macro.f1, 5.0 / 14);
  EXPECT_DOUBLE_EQ(e.weighted.precision, 5.0 / 12);  // (3/2 + 2/2) / 6
  EXPECT_DOUBLE_EQ(e.weighted.recall, 1.0 / 2);      // is top-1
  EXPECT_DOUBLE_EQ(e.weighted.f1, 19.0 / 42);        // (12/7 + 1) / 6
}

TEST(Summarize, RanksPairsByTheirPhotos) {
  // errors: b for a once, a for c three times, c for a once
  const auto photo = [](std::int32_t label, std::int32_t predicted) {
    return PhotoResult{0, label, {predicted, true, 0.5, 0.5, 1.5}};
  };
  const Evaluation e = summarize({photo(0, 1), photo(0, 0), photo(2, 0), photo(2, 0), photo(2, 0), photo(0, 2)},
                                 {"a", "b", "c"}, OutputKind::kProbabilities);
  ASSERT_EQ(e.confused.size(), 3U);
  EXPECT_EQ(e.confused[0].is, 2U);
  EXPECT_EQ(e.confused[0].taken_for, 0U);
  EXPECT_EQ(e.confused[0].count, 3);
  EXPECT_DOUBLE_EQ(e.confused[0].share, 3.0 / 5);
  EXPECT_EQ(e.confused[1].taken_for, 1U);  // equal ones in class order
  EXPECT_EQ(e.confused[2].taken_for, 2U);
}

TEST(Summarize, MakesTablesOfClassesAndConfusion) {
  const auto photo = [](std::int32_t label, std::int32_t predicted) {
    return PhotoResult{0, label, {predicted, true, 0.5, 0.5, 1.5}};
  };
  const Evaluation e =
      summarize({photo(0, 0), photo(0, 1), photo(1, 1), photo(1, 1)}, {"a, b", "c"}, OutputKind::kProbabilities);
  EXPECT_EQ(confusion_csv(e), "class,\"a, b\",c\n\"a, b\",1,1\nc,0,2\n");
  // precision 1, 2/3; recall 1/2, 1; F1 2/3, 4/5
  EXPECT_EQ(classes_csv(e),
            "class,precision,recall,f1,support\n\"a, b\",1,0.5,0.6666666666666666,2\nc,0.6666666666666666,1,0.8,2\n");
}

TEST(Summarize, OfNothingIsZero) {
  const Evaluation e = summarize({}, {"a", "b"}, OutputKind::kScores);
  EXPECT_EQ(e.count, 0);
  EXPECT_EQ(e.top1, 0);
  EXPECT_EQ(e.loss, 0);
  EXPECT_EQ(e.classes.size(), 2U);
}

TEST(Evaluate, DoesNotDependOnTheBatch) {
  const TinyDataset dataset(5);
  const Evaluation one = evaluated(dataset, 1);
  const Evaluation four = evaluated(dataset, 4);  // 15 photos: the last batch has 3
  EXPECT_EQ(one.count, 15);
  EXPECT_EQ(four.count, 15);
  EXPECT_EQ(one.loss, four.loss);
  EXPECT_EQ(one.confusion, four.confusion);
  ASSERT_EQ(four.photos.size(), 15U);
  EXPECT_EQ(four.photos[7].item, 7U);
  EXPECT_EQ(four.photos[7].label, dataset.items()[7].label);
}

TEST(Evaluate, AgreesWithThePredictor) {
  const TinyDataset dataset(2);
  const Network network = tiny_network();
  const Geometry geometry = tiny_loader(1).geometry;
  const auto backend = make_reference_backend();
  Predictor predictor({network, initial_weights(network, 3), geometry, dataset.classes()}, *backend);
  const Evaluation e = evaluated(dataset, 4);
  for (const PhotoResult& photo : e.photos) {
    const auto values = predictor.predict(std::vector<Image>{dataset.load(photo.item, true)}).at(0);
    EXPECT_EQ(values[static_cast<std::size_t>(photo.label)], photo.verdict.label_value);
    EXPECT_EQ(values[static_cast<std::size_t>(photo.verdict.predicted)], photo.verdict.value);
  }
}

TEST(Evaluate, LeavesOutAndNamesUnreadablePhotos) {
  const TinyDataset dataset(4, 3, {0, 5});
  const Evaluation e = evaluated(dataset, 4);
  EXPECT_EQ(e.count, 10);
  ASSERT_EQ(e.skipped.size(), 2U);
  EXPECT_EQ(e.skipped[0].path, "class 0/0.png");
  EXPECT_EQ(e.photos[0].item, 1U);
  EXPECT_EQ(e.classes[0].support, 3);
}

TEST(Evaluate, StopsWhenToldTo) {
  const TinyDataset dataset(4);
  std::vector<std::int64_t> seen;
  const Evaluation e = evaluated(dataset, 4, OutputKind::kProbabilities, [&](std::int64_t photos, std::int64_t all) {
    EXPECT_EQ(all, 12);
    seen.push_back(photos);
    return photos < 8;
  });
  EXPECT_EQ(seen, (std::vector<std::int64_t>{4, 8}));
  EXPECT_EQ(e.count, 8);
}

TEST(Evaluate, GivesScoresForHinge) {
  const TinyDataset dataset(2);
  const Evaluation e = evaluated(dataset, 4, OutputKind::kScores);
  EXPECT_EQ(e.output, OutputKind::kScores);
  double sum = 0;
  for (const PhotoResult& photo : e.photos) {
    sum += photo.verdict.loss;
  }
  EXPECT_DOUBLE_EQ(e.loss, sum / 6);
  EXPECT_GT(e.loss, 0);
}

TEST(EvaluationDocument, HasTheNamesThatScriptsRelyOn) {
  const TinyDataset dataset(4, 3, {0});
  const Evaluation e = evaluated(dataset, 4);
  const auto document = nlohmann::ordered_json::parse(to_json(e));
  EXPECT_EQ(document.begin().key(), "schema");
  EXPECT_EQ(document["schema"], "alexnet.evaluate");
  EXPECT_EQ(document["version"], 1);
  EXPECT_EQ(document["count"], 11);
  EXPECT_EQ(document["top1"].get<double>(), e.top1);
  EXPECT_EQ(document["top5"].get<double>(), e.top5);
  EXPECT_EQ(document["loss"].get<double>(), e.loss);
  EXPECT_EQ(document["top1_interval"][0].get<double>(), e.top1_interval.low);
  EXPECT_EQ(document["classes"][1]["name"], "class 1");
  EXPECT_EQ(document["classes"][1]["support"], 4);
  for (const char* key : {"precision", "recall", "f1"}) {
    EXPECT_TRUE(document["classes"][1][key].is_number()) << key;
  }
  EXPECT_EQ(document["confusion"].size(), 3U);
  EXPECT_EQ(document["macro"]["f1"].get<double>(), e.macro.f1);
  EXPECT_EQ(document["weighted"]["recall"].get<double>(), e.weighted.recall);
  ASSERT_FALSE(e.confused.empty());
  EXPECT_EQ(document["confused"][0]["class"], e.classes[e.confused[0].is].name);
  EXPECT_EQ(document["confused"][0]["taken_for"], e.classes[e.confused[0].taken_for].name);
  EXPECT_EQ(document["confused"][0]["count"], e.confused[0].count);
  EXPECT_EQ(document["confused"][0]["share"].get<double>(), e.confused[0].share);
  EXPECT_EQ(document["skipped"][0]["file"], "class 0/0.png");
}

}  // namespace
}  // namespace alexnet
