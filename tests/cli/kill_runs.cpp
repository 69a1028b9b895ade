#include "cli/kill_runs.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "alexnet/formats/model_file.h"
#include "alexnet/formats/run_folder.h"

#include "cli/program.h"

namespace alexnet::testing {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

constexpr int kEpochs = 8;

std::vector<std::string> training(const std::string& run) {
  // A checkpoint after almost every step, too: a kill may strike while one is written.
  return small_training(run, kEpochs) +
         std::vector<std::string>{"--checkpoint-minutes", "0.0001", "--crop", "random", "--flip",
                                  "--disk-cache",         "cache"};
}

void wait_for(const fs::path& file) {
  for (int i = 0; i < 20000 && !fs::exists(file); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

/// The rows of metrics.csv without seconds, photos_per_second and wait_share.
std::vector<std::string> rows_of(const RunFolder& run) {
  std::vector<std::string> rows;
  for (const EpochRow& row : run.epochs()) {
    std::ostringstream text;
    text << std::hexfloat << row.epoch << ' ' << row.train_loss << ' ' << row.train_top1 << ' ' << row.val_loss << ' '
         << row.val_top1 << ' ' << row.val_top5 << ' ' << row.rate << ' ' << row.best;
    rows.push_back(text.str());
  }
  return rows;
}

void expect_equal(const fs::path& got, const fs::path& expected) {
  for (const char* file :
       {"model.safetensors", "predictions.csv", "steps.csv", "layers.csv", "wrong.csv", "split.csv", "recipe.toml"}) {
    EXPECT_EQ(read(got / file), read(expected / file)) << file;
  }
  const auto last = read_checkpoint(got / "last.safetensors");
  const auto expected_last = read_checkpoint(expected / "last.safetensors");
  EXPECT_EQ(last.model.weights, expected_last.model.weights);
  EXPECT_EQ(last.slots, expected_last.slots);
  EXPECT_EQ(last.step, expected_last.step);
  const auto run = RunFolder::open(got);
  EXPECT_EQ(rows_of(run), rows_of(RunFolder::open(expected)));
  EXPECT_EQ(run.epochs().size(), static_cast<std::size_t>(kEpochs) + 1);
  std::int64_t step = 0;
  for (const StepRow& row : run.steps()) {
    EXPECT_EQ(row.step, ++step);
  }
  EXPECT_EQ(step, last.step);
  for (const auto& entry : fs::directory_iterator(got)) {
    EXPECT_EQ(entry.path().string().find(".tmp"), std::string::npos) << entry.path() << " was left behind";
  }
}

}  // namespace

void expect_kills_change_nothing(int kills, unsigned seed) {
  const Workplace place;
  make_photos(place / "photos");
  auto setting = place.setting();
  Clock::time_point begin;
  setting.meanwhile = [&](int) {
    wait_for(place / "whole/last.safetensors");
    begin = Clock::now();
  };
  const auto whole = alexnet(training("whole"), setting);
  ASSERT_EQ(whole.status, 0) << whole.err;
  const auto length = std::chrono::duration_cast<microseconds>(Clock::now() - begin);
  std::mt19937 draws(seed);
  int struck = 0;
  for (int round = 0; struck < kills; ++round) {
    ASSERT_LT(round, 3 * kills + 10) << "the moments come too late: " << struck << " kills struck";
    const std::string run = "run" + std::to_string(round);
    const auto killed_at = [&](const std::vector<std::string>& words, double share) {
      setting.meanwhile = [&, share](int process) {
        wait_for(place / run / "last.safetensors");
        std::this_thread::sleep_for(length * share);
        ::kill(process, SIGKILL);
      };
      return alexnet(words, setting).status == 128 + SIGKILL;
    };
    const auto share = [&] { return std::uniform_real_distribution<>(0, 1)(draws); };
    const std::vector<std::string> resume = {"train", "--resume", run, "--disk-cache", "cache"};
    struck += killed_at(training(run), share()) ? 1 : 0;
    if (round % 3 == 0 && struck < kills) {
      struck += killed_at(resume, share()) ? 1 : 0;
    }
    const auto resumed = alexnet(resume, place.setting());
    ASSERT_EQ(resumed.status, 0) << resumed.err;
    expect_equal(place / run, place / "whole");
    if (::testing::Test::HasFailure()) {
      FAIL() << "round " << round << " of seed " << seed;
    }
    fs::remove_all(place / run);
  }
}

}  // namespace alexnet::testing
