#include "alexnet/infer/predictions.h"

#include <cmath>

#include <gtest/gtest.h>

#include "alexnet/infer/predictor.h"

#include "support/thrown.h"
#include "support/tiny.h"

namespace alexnet {
namespace {

using testing_support::TinyDataset;

/// Three photos, one of each class; the second is wrong, by far.
PhotoScores three_photos(OutputKind output = OutputKind::kProbabilities) {
  return {
      .output = output, .items = {0, 12, 24}, .labels = {0, 1, 2}, .scores = {{3, 1, 0}, {5, 0.5, 1}, {0, 0.25, 0.5}}};
}

TEST(Predictions, HoldWhatAnEvaluationNeeds) {
  const TinyDataset dataset;
  const auto scores = three_photos();
  const Calibration calibration{.temperature = 2, .threshold = 0.5, .part = "val", .photos = 30};
  const auto rows = prediction_rows(scores, dataset, "test", calibration);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[1].path, "class 1/0.png");
  EXPECT_EQ(rows[1].predicted, "class 0");
  EXPECT_EQ(rows[1].rank, 3);
  EXPECT_EQ(rows[1].second, "class 2");
  EXPECT_EQ(rows[1].third, "class 1");
  EXPECT_EQ(rows[1].third_probability, rows[1].label_probability);
  // softmax(5 / 2, ...): e^2.5 / (e^2.5 + e^0.25 + e^0.5)
  EXPECT_NEAR(rows[1].calibrated, std::exp(2.5) / (std::exp(2.5) + std::exp(0.25) + std::exp(0.5)), 1e-12);

  const auto direct = evaluate(scores, dataset.classes());
  const auto from_rows = evaluation_of(rows, dataset.classes(), OutputKind::kProbabilities);
  EXPECT_EQ(to_json(from_rows), to_json(direct));
  EXPECT_EQ(from_rows.photos[2].item, 2U);
  EXPECT_EQ(to_json(calibration_report_of(rows, calibration)).substr(0, 300),
            to_json(calibration_report(scores, calibration)).substr(0, 300));
  EXPECT_NEAR(calibration_report_of(rows, calibration).after->nll, calibration_report(scores, calibration).after->nll,
              1e-12);
  EXPECT_EQ(calibration_report_of(rows, calibration).answered, calibration_report(scores, calibration).answered);
}

TEST(Predictions, WithoutTemperatureNothingIsCalibrated) {
  const TinyDataset dataset;
  const auto rows = prediction_rows(three_photos(), dataset, "val", std::nullopt);
  EXPECT_TRUE(std::isnan(rows[0].calibrated));
  EXPECT_FALSE(calibration_report_of(rows, Calibration{.temperature = 2}).after.has_value());
  const auto scores = prediction_rows(three_photos(OutputKind::kScores), dataset, "val", Calibration{});
  EXPECT_TRUE(std::isnan(scores[0].calibrated));
  EXPECT_EQ(scores[0].probability, 3);
}

TEST(Predictions, AClassThatIsNotThereIsAnError) {
  const TinyDataset dataset;
  const auto rows = prediction_rows(three_photos(), dataset, "val", std::nullopt);
  EXPECT_EQ(testing_support::message_of([&] { (void)evaluation_of(rows, {"class 0"}, OutputKind::kProbabilities); }),
            Message::kUnknownName);
}

}  // namespace
}  // namespace alexnet
