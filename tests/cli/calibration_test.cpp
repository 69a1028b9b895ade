#include "alexnet/infer/calibration.h"

#include <gtest/gtest.h>

#include "alexnet/formats/model_file.h"

#include "cli/program.h"

namespace alexnet::testing {
namespace {

/// A training whose parts val and test hold enough photos for a temperature.
class CliCalibration : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    place_ = std::make_unique<Workplace>();
    make_photos(*place_ / "photos", 60);
    training_ = alexnet(small_training("run"), place_->setting());
    ASSERT_EQ(training_.status, 0) << training_.err;
  }
  static void TearDownTestSuite() { place_.reset(); }

  static inline std::unique_ptr<Workplace> place_;
  static inline Outcome training_;
};

TEST_F(CliCalibration, IsFoundOnValKeptInTheModelAndShownOnTest) {
  const auto calibration = calibration_of(read_model(*place_ / "run/model.safetensors"));
  ASSERT_TRUE(calibration);
  EXPECT_EQ(calibration->part, "val");
  EXPECT_EQ(calibration->photos, 27);
  EXPECT_LE(calibration->nll_after, calibration->nll_before);
  EXPECT_NE(training_.out.find("calibration: temperature "), std::string::npos) << training_.out;
  EXPECT_NE(training_.out.find("ECE on test "), std::string::npos);
}

TEST_F(CliCalibration, EvaluateShowsBothAndSaysWhereItWasFound) {
  const auto document = alexnet({"evaluate", "run", "--json"}, place_->setting()).json();
  const auto& calibration = document["calibration"];
  EXPECT_EQ(calibration["fitted_on"]["part"], "val");
  EXPECT_TRUE(calibration["after"].contains("ece"));
  EXPECT_NEAR(calibration["before"]["nll"].get<double>(), document["loss"].get<double>(), 1e-9);
  const auto val = alexnet({"evaluate", "run", "--split", "val", "--json"}, place_->setting()).json();
  EXPECT_NEAR(val["calibration"]["after"]["nll"].get<double>(),
              val["calibration"]["fitted_on"]["nll_after"].get<double>(), 1e-5);
  const auto words = alexnet({"evaluate", "run"}, place_->setting()).out;
  EXPECT_NE(words.find("(found on 27 photos of val)"), std::string::npos) << words;
  const auto same = alexnet({"evaluate", "run", "--split", "val"}, place_->setting()).out;
  EXPECT_NE(same.find("found on these 27 photos: no fair measure"), std::string::npos) << same;
}

TEST_F(CliCalibration, AResumedTrainingEndsWithTheSameModel) {
  const auto once = read(*place_ / "run/model.safetensors");
  ASSERT_EQ(alexnet(small_training("again", 1), place_->setting()).status, 0);
  ASSERT_EQ(alexnet({"train", "--resume", "again", "--epochs", "2", "--threads", "1"}, place_->setting()).status, 0);
  EXPECT_TRUE(calibration_of(read_model(*place_ / "again/model.safetensors")));
  ASSERT_EQ(alexnet(small_training("whole"), place_->setting()).status, 0);
  EXPECT_EQ(read(*place_ / "whole/model.safetensors"), once);
}

}  // namespace
}  // namespace alexnet::testing
