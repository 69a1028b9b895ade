#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "cli/program.h"

namespace alexnet::testing {

/// A folder with photos/ (three classes of 16), rose.png, and the run `run` of two epochs of lenet5 on them: made once
/// for all tests of a file, who leave them as they are.
class TrainedTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { set_up_once("trained", train_small); }
  static void TearDownTestSuite() { place_.reset(); }

  /// Makes the folder's content.
  static void train_small(const std::filesystem::path& folder);
  /// For suites that want more beside it: `make` calls train_small. `name` tells their folders apart.
  static void set_up_once(const std::string& name,
                          const std::function<void(const std::filesystem::path& folder)>& make);

  static const Workplace& place() { return *place_; }
  static Setting here() { return place_->setting(); }
  /// What the training printed.
  static const Outcome& training() { return training_; }

 private:
  static inline std::unique_ptr<Workplace> place_;
  static inline Outcome training_;
};

}  // namespace alexnet::testing
