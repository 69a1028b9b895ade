// alexnet train --parallel towers on several processes, started by tools/run_ranks.sh.
#include <csignal>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/formats/tower_files.h"

#include "cli/program.h"
#include "support/grouped.h"

namespace alexnet::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class MpiTowers : public ::testing::Test {
 protected:
  MpiTowers() {
    make_photos(place_ / "photos", 8);
    for (const int towers : {2, 3}) {
      Network::Options options = testing_support::grouped_network(towers).options();
      options.layers.front() = Normalize{.name = "normalize"};
      write(place_ / fmt::format("grouped{}.json", towers), Network(options).to_json());
    }
  }

  [[nodiscard]] static std::string training(const std::string& network, const std::string& run,
                                            const std::string& more) {
    return fmt::format("train photos --network {}.json --threads 1 --batch 5 --run {} {}", network, run, more);
  }
  [[nodiscard]] static std::string on(int ranks, const std::string& words) {
    return fmt::format("exec env OMPI_MCA_odls_base_sigkill_timeout=4 {} -n {} alexnet {}", ALEXNET_START, ranks,
                       words);
  }
  [[nodiscard]] Outcome alone(const std::string& words) const {
    return shell("exec alexnet " + words, place_.setting());
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

TEST_F(MpiTowers, EndAsOneProcessDoes) {
  for (const int towers : {2, 3}) {
    const std::string network = fmt::format("grouped{}", towers);
    const std::string whole = fmt::format("whole{}", towers);
    const std::string run = fmt::format("towers{}", towers);
    ASSERT_EQ(alone(training(network, whole, "--epochs 2")).status, 0);
    const Outcome outcome = together(towers, training(network, run, "--epochs 2 --parallel towers"));
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    expect_rows_near(whole, run);
    EXPECT_TRUE(read_model(place_ / run / "model.safetensors").network ==
                read_model(place_ / whole / "model.safetensors").network);
    for (const char* file :
         {"report.html", "predictions.csv", "model_card.md", "last.0.safetensors", "last.1.safetensors"}) {
      EXPECT_TRUE(fs::exists(place_ / run / file)) << file;
    }
  }
  ASSERT_EQ(alone("merge towers2/last.1.safetensors towers2/last.0.safetensors --to merged.safetensors").status, 0);
  EXPECT_EQ(read_model(place_ / "merged.safetensors").weights,
            read_last_checkpoint(RunFolder::open(place_ / "towers2")).model.weights);
}

TEST_F(MpiTowers, StopOnASignalAndGoOn) {
  ASSERT_EQ(alone(training("grouped2", "whole", "--epochs 20")).status, 0);
  Setting setting = place_.setting();
  setting.meanwhile = [this](int process) {
    for (int i = 0; i < 6000 && read(place_ / "run" / "steps.csv").size() < 40; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ::kill(process, SIGTERM);
  };
  const Outcome stopped = shell(on(2, training("grouped2", "run", "--epochs 20 --parallel towers")), setting);
  EXPECT_NE(stopped.status, 0);
  EXPECT_THAT(stopped.err, HasSubstr("stopped and saved"));
  ASSERT_LT(RunFolder::open(place_ / "run").epochs().size(), 21U);
  const Outcome resumed = together(2, "train --resume run --parallel towers --threads 1");
  ASSERT_EQ(resumed.status, 0) << resumed.err;
  EXPECT_EQ(RunFolder::open(place_ / "run").steps().size(), RunFolder::open(place_ / "whole").steps().size());
}

TEST_F(MpiTowers, RefuseWhatTheyCannotDo) {
  EXPECT_EQ(alone(training("grouped2", "run", "--parallel towers")).status, 2);
  for (const std::string& words : {training("grouped3", "run", "--parallel towers"),
                                   training("grouped2", "run", "--optimizer lars --parallel towers"),
                                   std::string("train nothing --parallel towers")}) {
    const Outcome outcome = together(2, words);
    EXPECT_NE(outcome.status, 0) << words;
    EXPECT_FALSE(fs::exists(place_ / "run")) << words;
  }
  EXPECT_THAT(together(2, training("grouped3", "run", "--parallel towers")).err,
              HasSubstr("a convolution of 2 groups"));
}

}  // namespace
}  // namespace alexnet::testing
