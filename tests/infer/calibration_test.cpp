#include "alexnet/infer/calibration.h"

#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "alexnet/backends/reference_backend.h"
#include "alexnet/infer/predictor.h"
#include "alexnet/network/weights.h"

#include "support/thrown.h"
#include "support/tiny.h"

namespace alexnet {
namespace {

using testing_support::message_of;
using testing_support::tiny_network;
using testing_support::TinyDataset;

/// A photo between two classes: probability p of class 0.
void add(PhotoScores& scores, double p, std::int32_t label, int times = 1) {
  for (int i = 0; i < times; ++i) {
    scores.items.push_back(scores.items.size());
    scores.labels.push_back(label);
    scores.scores.push_back({std::log(p), std::log(1 - p)});
  }
}

/// Three of four photos are of class 0; all have the scores (score, 0).
PhotoScores three_of_four(double score) {
  PhotoScores scores;
  scores.items = {0, 1, 2, 3};
  scores.labels = {0, 1, 0, 0};
  scores.scores.assign(4, {score, 0});
  return scores;
}

TEST(Reliability, HasTheErrorWorkedOutByHand) {
  PhotoScores scores;
  add(scores, 0.95, 0);
  add(scores, 0.97, 1);  // wrong; with 0.95 in the last bin, from 14/15 on
  add(scores, 0.55, 0);
  add(scores, 0.42, 1);  // confidence 0.58; with 0.55 in bin 8, 8/15 to 9/15
  const Reliability r = reliability(scores);
  // 2/4 |1/2 - 0.96| + 2/4 |1 - 0.565| = 0.23 + 0.2175
  EXPECT_NEAR(r.ece, 0.4475, 1e-12);
  EXPECT_NEAR(r.nll, -(std::log(0.95) + std::log(0.03) + std::log(0.55) + std::log(0.58)) / 4, 1e-12);
  ASSERT_EQ(r.bins.size(), 15U);
  EXPECT_EQ(r.bins[14].count, 2);
  EXPECT_NEAR(r.bins[14].confidence, 0.96, 1e-12);
  EXPECT_DOUBLE_EQ(r.bins[14].accuracy, 0.5);
  EXPECT_EQ(r.bins[8].count, 2);
  EXPECT_NEAR(r.bins[8].confidence, 0.565, 1e-12);
  EXPECT_DOUBLE_EQ(r.bins[8].accuracy, 1);
  EXPECT_DOUBLE_EQ(r.bins[8].low, 8.0 / 15);
  EXPECT_DOUBLE_EQ(r.bins[8].high, 9.0 / 15);
  EXPECT_EQ(r.bins[3].count, 0);
}

TEST(Reliability, PutsFullConfidenceIntoTheLastBin) {
  PhotoScores scores{.items = {0}, .labels = {0}, .scores = {{1000, 0}}};
  EXPECT_EQ(reliability(scores).bins[14].count, 1);
  EXPECT_EQ(reliability(scores).ece, 0);
  EXPECT_EQ(reliability(PhotoScores{}).ece, 0);
}

TEST(Reliability, DividesScoresByTheTemperature) {
  // sigmoid(2 ln 3 / 2) = 3/4, and three of four are right
  const Reliability r = reliability(three_of_four(2 * std::log(3.0)), 2);
  EXPECT_NEAR(r.ece, 0, 1e-12);
  EXPECT_NEAR(r.nll, -(3 * std::log(0.75) + std::log(0.25)) / 4, 1e-12);
}

TEST(FitTemperature, FindsTheShareThatIsRight) {
  // the nll of (s, 0) is smallest where sigmoid(s / T) = 3/4, that is T = s / ln 3
  EXPECT_NEAR(fit_temperature(three_of_four(2)), 2 / std::log(3.0), 1e-9);
  EXPECT_NEAR(fit_temperature(three_of_four(0.5)), 0.5 / std::log(3.0), 1e-9);
}

TEST(FitTemperature, StaysWithinItsLimits) {
  EXPECT_DOUBLE_EQ(fit_temperature(three_of_four(0.01)), 0.1);
  EXPECT_DOUBLE_EQ(fit_temperature(three_of_four(100)), 10);
  EXPECT_DOUBLE_EQ(fit_temperature(three_of_four(-1)), 10);  // the more alike, the better
}

TEST(FitTemperature, DoesNotSharpenWhereNothingIsWrong) {
  PhotoScores scores;
  add(scores, 0.6, 0, 10);
  EXPECT_DOUBLE_EQ(fit_temperature(scores), 1);
}

TEST(FitTemperature, IsNoWorseThanItsNeighbours) {
  PhotoScores scores;
  add(scores, 0.99, 0, 7);
  add(scores, 0.98, 1, 2);
  add(scores, 0.30, 1, 3);
  add(scores, 0.20, 0, 1);
  const double best = fit_temperature(scores);
  EXPECT_GT(best, 1);
  EXPECT_LT(reliability(scores, best).nll, reliability(scores, best * 1.01).nll);
  EXPECT_LT(reliability(scores, best).nll, reliability(scores, best / 1.01).nll);
}

TEST(FindThreshold, IsTheLeastConfidenceOfEnoughPrecision) {
  PhotoScores scores;
  add(scores, 0.9, 0, 29);
  add(scores, 0.9, 1, 1);  // 29 of 30 right: 96.7 %
  add(scores, 0.6, 0, 8);
  add(scores, 0.6, 1, 2);  // 37 of 40: 92.5 %
  EXPECT_NEAR(find_threshold(scores, 1, 0.95).value(), 0.9, 1e-12);
  EXPECT_NEAR(find_threshold(scores, 1, 0.92).value(), 0.6, 1e-12);
  EXPECT_FALSE(find_threshold(scores, 1, 0.97));
  // sqrt(0.9) / (sqrt(0.9) + sqrt(0.1)) = 3 / 4
  EXPECT_NEAR(find_threshold(scores, 2, 0.95).value(), 0.75, 1e-12);
}

TEST(FindThreshold, WantsTwentyPhotosAboveIt) {
  PhotoScores scores;
  add(scores, 0.9, 0, 19);
  EXPECT_FALSE(find_threshold(scores, 1, 0.95));
  add(scores, 0.8, 0);
  EXPECT_NEAR(find_threshold(scores, 1, 0.95).value(), 0.8, 1e-12);
}

TEST(Calibrate, LearnsNothingFromFewPhotosOrHingeScores) {
  PhotoScores scores;
  add(scores, 0.9, 0, 15);
  add(scores, 0.9, 1, 4);
  EXPECT_FALSE(calibrate(scores, "val"));
  add(scores, 0.9, 1);
  ASSERT_TRUE(calibrate(scores, "val"));
  scores.output = OutputKind::kScores;
  EXPECT_FALSE(calibrate(scores, "val"));
  EXPECT_EQ(message_of([&] { (void)reliability(scores); }), Message::kWrongCall);
}

TEST(Calibration, IsKeptInTheFactsOfAModel) {
  PhotoScores scores;
  add(scores, 0.9, 0, 15);
  add(scores, 0.9, 1, 5);
  const Calibration found = calibrate(scores, "val").value();
  EXPECT_NEAR(found.temperature, std::log(9.0) / std::log(3.0), 1e-9);  // 3 of 4 right at log-odds of ln 9
  EXPECT_FALSE(found.threshold);
  EXPECT_EQ(found.photos, 20);
  EXPECT_LT(found.nll_after, found.nll_before);

  Model model{tiny_network(), {}, {}, {}};
  EXPECT_FALSE(calibration_of(model));
  model.facts[kCalibrationFact] = to_json(found);
  const Calibration read = calibration_of(model).value();
  EXPECT_EQ(read.temperature, found.temperature);
  EXPECT_EQ(read.threshold, found.threshold);
  EXPECT_EQ(read.part, "val");
  EXPECT_EQ(read.nll_before, found.nll_before);
  for (const char* bad : {"{}", "no json", R"({"temperature":0,"threshold":null,"part":"val","photos":20,
                                              "nll_before":1,"nll_after":1})"}) {
    model.facts[kCalibrationFact] = bad;
    EXPECT_EQ(message_of([&] { (void)calibration_of(model); }), Message::kModelInvalid) << bad;
  }
}

TEST(CalibrationReport, CountsTheAnswersAboveTheThreshold) {
  PhotoScores scores;
  add(scores, 0.9, 0, 3);
  add(scores, 0.9, 1, 1);
  add(scores, 0.6, 0, 4);
  const Calibration calibration{.temperature = 2, .threshold = 0.75 - 1e-9, .part = "val", .photos = 30};
  const CalibrationReport report = calibration_report(scores, calibration);
  EXPECT_EQ(report.answered, 4);
  EXPECT_EQ(report.answered_right, 3);
  EXPECT_EQ(report.after->ece, reliability(scores, 2).ece);
  const auto json = nlohmann::json::parse(to_json(report));
  EXPECT_EQ(json["bins"], 15);
  EXPECT_EQ(json["before"]["bins"].size(), 15U);
  EXPECT_EQ(json["before"]["bins"][13]["count"], 4);  // 0.9 lies in 13/15 to 14/15
  EXPECT_EQ(json["after"]["ece"].get<double>(), report.after->ece);
  EXPECT_EQ(json["fitted_on"]["part"], "val");
  EXPECT_EQ(json["answered"]["precision"], 0.75);
  EXPECT_EQ(json["answered"]["share"], 0.5);
  EXPECT_FALSE(calibration_report(scores, {}).after);
  EXPECT_FALSE(nlohmann::json::parse(to_json(calibration_report(scores, {}))).contains("temperature"));
}

TEST(Predictor, AppliesTheTemperatureOfItsModel) {
  const TinyDataset dataset(1);
  const Network network = tiny_network();
  Geometry geometry;
  geometry.resize = geometry.width = geometry.height = 8;
  Model model{network, initial_weights(network, 3), geometry, dataset.classes()};
  const auto backend = make_reference_backend();
  Predictor plain(model, *backend);
  const Calibration calibration{.temperature = 2.5, .part = "val", .photos = 30};
  model.facts[kCalibrationFact] = to_json(calibration);
  Predictor calibrated(model, *backend);
  const Image photo = dataset.load(0, true);
  const auto raw = plain.predict({&photo, 1})[0];
  const auto values = calibrated.predict({&photo, 1})[0];
  // p^(1/T) / sum of p^(1/T)
  double sum = 0;
  for (const double p : raw) {
    sum += std::pow(p, 1 / 2.5);
  }
  for (std::size_t c = 0; c < raw.size(); ++c) {
    EXPECT_NEAR(values[c], std::pow(raw[c], 1 / 2.5) / sum, 1e-12);
  }
  const Image square = prepare(photo, geometry);
  const auto top = calibrated.top(calibrated.scores({&square, 1})[0], 1)[0];
  EXPECT_EQ(top.value, values[top.index]);
  EXPECT_EQ(top.raw, raw[top.index]);
  EXPECT_FALSE(plain.top(plain.scores({&square, 1})[0], 1)[0].raw);
}

}  // namespace
}  // namespace alexnet
