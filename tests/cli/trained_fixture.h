#pragma once

#include <memory>

#include <gtest/gtest.h>

#include "cli/program.h"

namespace alexnet::testing {

/// A folder with photos/ (three classes of 16), rose.png, and the run `run` of two epochs of lenet5 on them: made once
/// for all tests of a file, who leave them as they are.
class TrainedTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite() { place_.reset(); }

  static const Workplace& place() { return *place_; }
  static Setting here() { return place_->setting(); }
  /// What the training printed.
  static const Outcome& training() { return training_; }

 private:
  static inline std::unique_ptr<Workplace> place_;
  static inline Outcome training_;
};

}  // namespace alexnet::testing
