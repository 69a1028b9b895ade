#include "report/analysis.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/infer/predictor.h"

#include "report/paired.h"
#include "report/records.h"

namespace alexnet {
namespace {

using report::RunRecord;
using testing::ElementsAre;
using testing_support::add_photos;
using testing_support::record_of;

TEST(Analysis, TheTemperatureOfOneClassGivesThatOfAll) {
  const std::vector<double> scores = {2.0, 0.5, -1.0};
  const Calibration calibration{.temperature = 1.7};
  const auto raw = output_values(scores, OutputKind::kProbabilities);
  const auto wanted = calibrated_values(scores, OutputKind::kProbabilities, calibration);
  auto record = record_of({});
  record.calibration = calibration;
  PredictionRow row;
  row.predicted = "daisy";
  row.probability = raw[0];
  row.calibrated = wanted[0];
  for (std::size_t j = 0; j < 3; ++j) {
    EXPECT_NEAR(report::calibrated(record, row, raw[j]), wanted[j], 1e-12) << j;
  }
  row.calibrated = testing_support::kNotKnown;
  EXPECT_EQ(report::calibrated(record, row, raw[1]), raw[1]);
}

/// daisy: 8 of 10, rose: 3 of 5, tulip: 1 of 1.
RunRecord small_record() {
  std::vector<PredictionRow> rows;
  add_photos(rows, 8, "daisy", "daisy", 0.9);   // 0..7
  add_photos(rows, 2, "daisy", "rose", 0.95);   // 8, 9
  add_photos(rows, 3, "rose", "rose", 0.7);     // 10..12
  add_photos(rows, 1, "rose", "daisy", 0.6);    // 13
  add_photos(rows, 1, "rose", "tulip", 0.99);   // 14
  add_photos(rows, 1, "tulip", "tulip", 0.49);  // 15
  return record_of(rows);
}

TEST(Analysis, ClassFactsCountWhatStandsInTheRows) {
  const auto facts = report::class_facts(small_record());
  ASSERT_EQ(facts.size(), 3U);
  EXPECT_EQ(facts[0].result.support, 10);
  EXPECT_DOUBLE_EQ(facts[0].result.recall, 0.8);
  EXPECT_DOUBLE_EQ(facts[0].result.precision, 8.0 / 9);
  EXPECT_NEAR(facts[0].mean_confidence, (8 * 0.9 + 2 * 0.95) / 10, 1e-12);
  EXPECT_EQ(facts[0].taken_for, 1U);
  EXPECT_EQ(facts[0].taken, 2);
  EXPECT_FALSE(facts[2].taken_for.has_value());
  EXPECT_NEAR(facts[0].recall_interval.low, wilson_interval(8, 10).low, 1e-15);
}

TEST(Analysis, ListsHoldTheMostTellingFirst) {
  const auto record = small_record();
  EXPECT_THAT(report::confidently_wrong(record), ElementsAre(14, 8, 9, 13));
  EXPECT_EQ(report::least_certain(record).front(), 15U);
  EXPECT_EQ(report::highest_loss(record).front(), 14U);
  // 0.49 against 0.9 * 0.51 = 0.459; the others are far ahead.
  EXPECT_THAT(report::lucky(record), ElementsAre(15));
}

TEST(Analysis, ALabelIsDoubtedWhereAnotherClassIsAsSureAsWithItsOwn) {
  // The right photos of rose have 0.7 on average, of tulip 0.49, of daisy 0.9: photo 13, taken for daisy with 0.6, is
  // no suspect. The labels of 14, 8 and 9 got 0.009 and 0.045.
  EXPECT_THAT(report::possible_wrong_labels(small_record()), ElementsAre(14, 8, 9));
  auto record = small_record();
  record.predictions[14].label_probability = 0.06;
  EXPECT_THAT(report::possible_wrong_labels(record), ElementsAre(8, 9));
}

TEST(Analysis, TheLargestClassByTrainingPhotosIsTheMajority) {
  auto record = small_record();
  record.photos[1][0] = 500;
  const auto majority = report::majority_of(record);
  EXPECT_EQ(majority.index, 1U);
  EXPECT_DOUBLE_EQ(majority.share, 5.0 / 16);
}

TEST(Paired, PhotosAreMatchedByPathClassAndPart) {
  auto first = small_record();
  auto rows = first.predictions;
  rows[8].predicted = "daisy";   // fixed
  rows[0].predicted = "tulip";   // broken
  rows[15].part = "val";         // another part: not compared
  rows.erase(rows.begin() + 1);  // not there
  const auto second = record_of(rows);
  const auto pairs = report::paired_rows(first, second);
  ASSERT_EQ(pairs.fixed.size(), 1U);
  EXPECT_EQ(pairs.fixed[0], (report::RowPair{8, 7}));
  ASSERT_EQ(pairs.broken.size(), 1U);
  EXPECT_EQ(pairs.broken[0].first, 0U);
  EXPECT_EQ(pairs.both_wrong.size(), 3U);
  EXPECT_EQ(pairs.count(), 14U);
}

TEST(McNemar, IsExactForFewPhotosAndChiSquareForMany) {
  // By hand: 2 (1 + 13 + 78 + 286) / 2^13, and (|40 - 20| - 1)^2 / 60, whose p is erfc(sqrt(361 / 120)).
  const auto few = report::mcnemar(3, 10);
  EXPECT_TRUE(few.exact);
  EXPECT_NEAR(few.p, 756.0 / 8192, 1e-12);
  const auto many = report::mcnemar(40, 20);
  EXPECT_FALSE(many.exact);
  EXPECT_NEAR(*many.statistic, 361.0 / 60, 1e-12);
  EXPECT_NEAR(many.p, 0.014171, 1e-6);
  EXPECT_EQ(report::mcnemar(0, 0).p, 1);
  EXPECT_EQ(report::mcnemar(5, 5).p, 1);
}

}  // namespace
}  // namespace alexnet
