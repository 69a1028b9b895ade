// alexnet train --parallel hybrid on several processes, started by tools/run_ranks.sh.
#include <csignal>
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

class MpiHybrid : public ::testing::Test {
 protected:
  MpiHybrid() { make_photos(place_ / "photos", 8); }

  [[nodiscard]] static std::string training(const std::string& run, const std::string& more) {
    return fmt::format("train photos --network lenet5 --threads 1 --batch 5 --run {} {}", run, more);
  }
  [[nodiscard]] Outcome alone(const std::string& words) const {
    return shell("exec alexnet " + words, place_.setting());
  }
  [[nodiscard]] static std::string on(int ranks, const std::string& words) {
    return fmt::format("exec env OMPI_MCA_odls_base_sigkill_timeout=4 {} -n {} alexnet {}", ALEXNET_START, ranks,
                       words);
  }
  [[nodiscard]] Outcome together(int ranks, const std::string& words) const {
    return shell(on(ranks, words), place_.setting());
  }
  void expect_rows_near(const std::string& a, const std::string& b) const {
    const auto expected = RunFolder::open(place_ / a).epochs();
    const auto rows = RunFolder::open(place_ / b).epochs();
    ASSERT_EQ(rows.size(), expected.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      EXPECT_NEAR(rows[i].val_loss, expected[i].val_loss, 1e-4);
      if (i > 0) {
        EXPECT_NEAR(rows[i].train_loss, expected[i].train_loss, 1e-4);
      }
    }
  }

  Workplace place_;
};

TEST_F(MpiHybrid, EndsAsOneProcessDoes) {
  ASSERT_EQ(alone(training("one", "--epochs 2")).status, 0);
  for (const auto& [ranks, scheme] : {std::pair(1, "a"), {2, "a"}, {3, "b"}, {4, "a"}}) {
    const std::string run = fmt::format("run{}", ranks);
    const Outcome outcome =
        together(ranks, training(run, fmt::format("--epochs 2 --parallel hybrid --hybrid-scheme {}", scheme)));
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    expect_rows_near("one", run);
    EXPECT_EQ(alone(fmt::format("evaluate {} photos", run)).status, 0);
    EXPECT_TRUE(read_model(place_ / run / "model.safetensors").network ==
                read_model(place_ / "one" / "model.safetensors").network);
  }
}

TEST_F(MpiHybrid, StopsOnASignalAndGoesOnInAnotherWay) {
  ASSERT_EQ(alone(training("one", "--epochs 60")).status, 0);
  Setting setting = place_.setting();
  setting.meanwhile = [this](int process) {
    for (int i = 0; i < 6000 && read(place_ / "run" / "steps.csv").size() < 40; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ::kill(process, SIGTERM);
  };
  const Outcome stopped = shell(on(2, training("run", "--epochs 60 --parallel hybrid --wire bf16")), setting);
  EXPECT_NE(stopped.status, 0);
  EXPECT_THAT(stopped.err, HasSubstr("everything is saved"));
  ASSERT_LT(RunFolder::open(place_ / "run").epochs().size(), 61U);
  const Outcome resumed = together(3, "train --resume run --parallel data --threads 1");
  ASSERT_EQ(resumed.status, 0) << resumed.err;
  EXPECT_EQ(RunFolder::open(place_ / "run").steps().size(), RunFolder::open(place_ / "one").steps().size());
}

TEST_F(MpiHybrid, RefusesWhatItCannotDo) {
  for (const std::string words :
       {"--parallel hybrid --optimizer lars", "--parallel hybrid --ordered", "--parallel data --hybrid-scheme b"}) {
    EXPECT_EQ(together(2, training("run", words)).status, 2) << words;
    EXPECT_FALSE(fs::exists(place_ / "run")) << words;
  }
  const Outcome outcome = together(5, training("run", "--parallel hybrid"));  // 84 units
  EXPECT_NE(outcome.status, 0);
  EXPECT_THAT(outcome.err, HasSubstr("units that 5 ranks divide"));
  EXPECT_FALSE(fs::exists(place_ / "run"));
}

}  // namespace
}  // namespace alexnet::testing
