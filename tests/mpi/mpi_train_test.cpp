// alexnet train on several processes, started by tools/run_ranks.sh.
#include <chrono>
#include <cmath>
#include <csignal>
#include <functional>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/formats/model_file.h"
#include "alexnet/formats/run_folder.h"

#include "cli/program.h"

namespace alexnet::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;
using Clock = std::chrono::steady_clock;

/// How often a text stands in another.
int count_of(const std::string& text, const std::string& word) {
  int count = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    ++count;
  }
  return count;
}

class MpiTrain : public ::testing::Test {
 protected:
  MpiTrain() { make_photos(place_ / "photos", 8); }

  [[nodiscard]] Setting here() const { return place_.setting(); }
  /// Words behind "alexnet".
  [[nodiscard]] static std::string training(const std::string& run, const std::string& more) {
    return fmt::format("train photos --network lenet5 --threads 1 --run {} {}", run, more);
  }
  [[nodiscard]] static std::string on(int ranks, const std::string& words) {
    return fmt::format("exec env OMPI_MCA_odls_base_sigkill_timeout=4 {} -n {} {}", ALEXNET_START, ranks, words);
  }
  [[nodiscard]] Outcome alone(const std::string& words) const { return shell("exec alexnet " + words, here()); }
  [[nodiscard]] Outcome together(int ranks, const std::string& words) const {
    return shell(on(ranks, "alexnet " + words), here());
  }
  void expect_rows_near(const std::string& a, const std::string& b) const {
    const auto expected = RunFolder::open(place_ / a).epochs();
    const auto rows = RunFolder::open(place_ / b).epochs();
    ASSERT_EQ(rows.size(), expected.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      EXPECT_NEAR(rows[i].val_loss, expected[i].val_loss, 1e-4);
      EXPECT_EQ(rows[i].val_top1, expected[i].val_top1);
      if (i > 0) {
        EXPECT_NEAR(rows[i].train_loss, expected[i].train_loss, 1e-4);
      }
    }
  }
  [[nodiscard]] Weights last_weights(const std::string& run) const {
    return read_checkpoint(place_ / run / "last.safetensors").model.weights;
  }
  /// Sends a signal to mpirun once the run has made a step.
  [[nodiscard]] Setting interrupted(const std::string& run, int signal) const {
    Setting setting = here();
    setting.meanwhile = [=, this](int process) {
      for (int i = 0; i < 6000 && read(place_ / run / "steps.csv").size() < 40; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      }
      ::kill(process, signal);
    };
    return setting;
  }

  Workplace place_;
};

TEST_F(MpiTrain, EndsAsOneProcessDoes) {
  ASSERT_EQ(alone(training("one", "--batch 5 --epochs 2")).status, 0);
  for (const int ranks : {2, 3}) {
    const std::string run = fmt::format("run{}", ranks);
    const Outcome outcome = together(ranks, training(run, "--batch 5 --epochs 2 --parallel data"));
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    expect_rows_near("one", run);
    EXPECT_EQ(count_of(outcome.err, "run folder"), 1);
    EXPECT_EQ(count_of(outcome.err, "was hidden behind the computation"), 2);  // once an epoch
  }
}

TEST_F(MpiTrain, EqualsAccumulationBitForBitWhenOrdered) {
  ASSERT_EQ(alone(training("one", "--batch 3 --accumulate 2 --epochs 2")).status, 0);
  ASSERT_EQ(together(2, training("two", "--batch 6 --epochs 2 --parallel data --ordered")).status, 0);
  EXPECT_EQ(last_weights("one"), last_weights("two"));
}

TEST_F(MpiTrain, StopsOnASignalAndGoesOnOnAnotherNumber) {
  ASSERT_EQ(alone(training("one", "--batch 5 --epochs 60")).status, 0);
  const auto stopped =
      shell(on(2, "alexnet " + training("two", "--batch 5 --epochs 60 --parallel data")), interrupted("two", SIGTERM));
  EXPECT_NE(stopped.status, 0);
  EXPECT_THAT(stopped.err, HasSubstr("everything is saved"));
  ASSERT_LT(RunFolder::open(place_ / "two").epochs().size(), 61U);
  const Outcome resumed = together(3, "train --resume two --parallel data --threads 1");
  ASSERT_EQ(resumed.status, 0) << resumed.err;
  EXPECT_EQ(RunFolder::open(place_ / "two").epochs().size(), 61U);
  EXPECT_EQ(RunFolder::open(place_ / "two").steps().size(), RunFolder::open(place_ / "one").steps().size());
}

TEST_F(MpiTrain, EndsWithinSecondsWhenARankIsKilled) {
  // Once there is a checkpoint of a trained epoch, rank 1 kills itself.
  const std::string kills_itself =
      "'if [ $OMPI_COMM_WORLD_RANK = 1 ]; then "
      "(while [ $(cat new/metrics.csv 2>/dev/null | wc -l) -lt 3 ]; do sleep 0.05; done; date +%s > killed; "
      "kill -9 $$) & fi; exec alexnet ";
  const Outcome outcome =
      shell(on(2, "sh -c " + kills_itself + training("new", "--batch 5 --epochs 5000 --parallel data") + "'"), here());
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
  EXPECT_LE(now.count() - std::stoll(read(place_ / "killed")), 20);
  EXPECT_NE(outcome.status, 0);
  EXPECT_THAT(outcome.err, HasSubstr("rank 1"));
  EXPECT_THAT(outcome.err, HasSubstr("signal 9"));
  const auto checkpoint = read_checkpoint(place_ / "new/last.safetensors");
  EXPECT_GT(checkpoint.step, 0);
  const Outcome resumed =
      alone(fmt::format("train --resume new --epochs {}", RunFolder::open(place_ / "new").epochs().size() + 1));
  EXPECT_EQ(resumed.status, 0) << resumed.err;
}

TEST_F(MpiTrain, ARankThatFailsIsNamedWithItsReason) {
  const std::string elsewhere = "'if [ $OMPI_COMM_WORLD_RANK = 1 ]; then cd /; fi; exec alexnet ";
  const auto begin = Clock::now();
  const Outcome outcome =
      shell(on(2, "sh -c " + elsewhere + training("new", "--batch 5 --parallel data") + "'"), here());
  EXPECT_NE(outcome.status, 0);
  EXPECT_THAT(outcome.err, HasSubstr("rank 1: no such folder"));
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(30));
}

TEST_F(MpiTrain, WhatAllRanksGetWrongIsSaidOnceWithItsOwnStatus) {
  const Outcome outcome = together(2, "train nowhere --parallel data");
  EXPECT_EQ(outcome.status, 3);
  EXPECT_EQ(count_of(outcome.err, "error: no such folder"), 1);
}

TEST_F(MpiTrain, ProcessesThatWereNotToldToWorkTogetherAreRefused) {
  const Outcome outcome = together(2, training("new", "--batch 5"));
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("--parallel"));
  EXPECT_FALSE(fs::exists(place_ / "new"));
}

}  // namespace
}  // namespace alexnet::testing
