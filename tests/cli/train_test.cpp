#include <algorithm>
#include <csignal>
#include <cstdint>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "cli/trained_fixture.h"

namespace alexnet::testing {
namespace {

using CliTrain = TrainedTest;

std::size_t lines(const std::string& text) { return static_cast<std::size_t>(std::ranges::count(text, '\n')); }

TEST_F(CliTrain, FirstWordsSayWhatWillHappen) {
  const auto& err = training().err;
  EXPECT_NE(err.find("photos: 48 photos of 3 classes (train "), std::string::npos) << err;
  EXPECT_NE(err.find("network lenet5: 61,111 parameters"), std::string::npos) << err;
  EXPECT_NE(err.find("memory for training about"), std::string::npos) << err;
  EXPECT_LT(err.find("photos: 48"), err.find("val top-1"));
}

TEST_F(CliTrain, LastWordsSayHowGoodItIsAndWhatToTypeNext) {
  const auto& out = training().out;
  EXPECT_NE(out.find("best epoch: "), std::string::npos) << out;
  EXPECT_NE(out.find("95 % interval"), std::string::npos) << out;
  EXPECT_NE(out.find("photos: train "), std::string::npos) << out;
  EXPECT_NE(out.find("curves.svg"), std::string::npos) << out;
  const auto next = out.find("next: alexnet predict run ");
  ASSERT_NE(next, std::string::npos) << out;
  const auto predicted = shell(out.substr(next + 6), here());
  EXPECT_EQ(predicted.status, 0) << predicted.err;
  EXPECT_NE(predicted.out.find("%"), std::string::npos);
}

TEST_F(CliTrain, EpochZeroStandsBesideChance) {
  const auto& err = training().err;
  EXPECT_NE(err.find("0/2"), std::string::npos);
  EXPECT_NE(err.find("guessing among 3 classes: top-1 33.3 %, loss ln 3 = 1.0986"), std::string::npos) << err;
}

TEST_F(CliTrain, APipeGetsNoControlCharacters) {
  for (const auto& text : {training().out, training().err, read(place() / "run/log.txt")}) {
    EXPECT_EQ(text.find_first_of("\b\r\033"), std::string::npos) << text;
  }
  EXPECT_LT(lines(training().err), 20U);
}

TEST_F(CliTrain, LogHoldsThePlainForm) { EXPECT_NE(read(place() / "run/log.txt").find("2/2"), std::string::npos); }

TEST_F(CliTrain, RunFolderHoldsItsFiles) {
  for (const auto* file : {"model.safetensors", "last.safetensors", "metrics.csv", "steps.csv", "run.json", "split.csv",
                           "recipe.toml", "predictions.csv", "layers.csv", "wrong.csv", "curves.svg", "log.txt"}) {
    EXPECT_TRUE(std::filesystem::exists(place() / "run" / file)) << file;
  }
}

TEST_F(CliTrain, JsonIsOneDocumentAndSilentOtherwise) {
  const auto outcome = alexnet(small_training("json-run", 1) + std::vector<std::string>{"--json"}, here());
  EXPECT_EQ(outcome.err, "");
  const auto document = outcome.json();
  EXPECT_EQ(document["schema"], "alexnet.train");
  EXPECT_EQ(document["state"], "done");
  const auto& photos = document["data"]["photos"];
  EXPECT_EQ(photos["train"].get<int>() + photos["val"].get<int>() + photos["test"].get<int>(), 48);
}

TEST_F(CliTrain, ProgressJsonIsOneEventALine) {
  const auto outcome = alexnet(small_training("events", 1) + std::vector<std::string>{"--progress", "json"}, here());
  std::istringstream in(outcome.err);
  std::string first;
  for (std::string line; std::getline(in, line);) {
    const auto event = nlohmann::json::parse(line);
    EXPECT_EQ(event["schema"], "alexnet.progress");
    first = first.empty() ? event["event"].get<std::string>() : first;
  }
  EXPECT_EQ(first, "started");
}

TEST_F(CliTrain, EnvironmentAndOptionsSetTheRecipe) {
  auto setting = here();
  setting.environment = {{"ALEXNET_OPT_EPOCHS", "1"}, {"ALEXNET_OPT_BATCH", "4"}};
  const auto outcome =
      alexnet({"train", "photos", "--network", "lenet5", "--batch", "8", "--run", "environment", "--no-flip", "--json"},
              setting);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  const auto recipe = read(place() / "environment/recipe.toml");
  EXPECT_NE(recipe.find("batch = 8"), std::string::npos) << recipe;
  EXPECT_NE(recipe.find("epochs = 1"), std::string::npos) << recipe;
  EXPECT_NE(recipe.find("flip = false"), std::string::npos) << recipe;
}

TEST_F(CliTrain, TheDiskCacheChangesNothingButWhatIsDecoded) {
  const auto cached = [](const std::string& run) {
    return small_training(run, 1) + std::vector<std::string>{"--disk-cache", "cache", "--seed", "5"};
  };
  const auto off = small_training("uncached", 1) + std::vector<std::string>{"--disk-cache", "off", "--seed", "5"};
  ASSERT_EQ(alexnet(off, here()).status, 0);
  EXPECT_FALSE(std::filesystem::exists(place() / "cache"));
  for (const auto* run : {"cold", "warm"}) {
    const auto outcome = alexnet(cached(run), here());
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    for (const auto* file : {"model.safetensors", "predictions.csv"}) {
      EXPECT_EQ(read(place() / run / file), read(place() / "uncached" / file)) << run << " " << file;
    }
    EXPECT_EQ(outcome.err.find("warning"), std::string::npos) << outcome.err;
  }
  EXPECT_TRUE(std::filesystem::exists(place() / "cache/photos-00.cache"));
}

TEST_F(CliTrain, ADiskCacheThatCannotBeIsWarnedOf) {
  auto setting = here();
  setting.environment = {{"ALEXNET_CACHE", (place() / "photos/daisy/10.png/cache").string()}};
  const auto outcome = alexnet(small_training("no-cache", 1), setting);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("warning: not all resized photos could be kept in "), std::string::npos) << outcome.err;
  const auto measured = alexnet({"evaluate", "no-cache", "--disk-cache", "off"}, setting);
  EXPECT_EQ(measured.status, 0);
  EXPECT_EQ(measured.err.find("warning"), std::string::npos) << measured.err;
}

void wait_for_first_step(const std::filesystem::path& run) {
  for (int i = 0; i < 3000 && read(run / "steps.csv").size() < 40; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void signal_after_first_step(int process, const std::filesystem::path& run, int signal) {
  wait_for_first_step(run);
  ::kill(process, signal);
}

/// Those that a process has handlers for: signal s is bit s - 1.
std::uint64_t handled_signals(int process) {
  const std::string status = read(fmt::format("/proc/{}/status", process));
  const std::string line = "SigCgt:";
  return std::stoull(status.substr(status.find(line) + line.size()), nullptr, 16);
}

TEST_F(CliTrain, CtrlCSavesAndResumeEndsAsIfNothingHadHappened) {
  const auto whole = alexnet(small_training("whole", 12), here());
  ASSERT_EQ(whole.status, 0) << whole.err;
  auto setting = here();
  setting.meanwhile = [](int process) { signal_after_first_step(process, place() / "stopped", SIGINT); };
  const auto stopped = alexnet(small_training("stopped", 12), setting);
  ASSERT_EQ(stopped.status, 130) << stopped.err;
  EXPECT_NE(stopped.err.find("stopping after this step"), std::string::npos) << stopped.err;
  EXPECT_NE(stopped.err.find("alexnet train --resume stopped"), std::string::npos) << stopped.err;
  EXPECT_NE(read(place() / "stopped/report.html").find("This training was stopped."), std::string::npos);
  const auto resumed = alexnet({"train", "--resume", "stopped"}, here());
  ASSERT_EQ(resumed.status, 0) << resumed.err;
  EXPECT_EQ(read(place() / "stopped/report.html").find("This training was stopped."), std::string::npos);
  EXPECT_EQ(read(place() / "stopped/model.safetensors"), read(place() / "whole/model.safetensors"));
  EXPECT_EQ(read(place() / "stopped/predictions.csv"), read(place() / "whole/predictions.csv"));
}

TEST_F(CliTrain, SigtermEndsWith143) {
  auto setting = here();
  setting.meanwhile = [](int process) { signal_after_first_step(process, place() / "ended", SIGTERM); };
  const auto outcome = alexnet(small_training("ended", 500) + std::vector<std::string>{"--json"}, setting);
  EXPECT_EQ(outcome.status, 143);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.json()["state"], "stopped");
  EXPECT_TRUE(std::filesystem::exists(place() / "ended/last.safetensors"));
}

TEST_F(CliTrain, ASecondSignalLeavesNow) {
  auto setting = here();
  setting.meanwhile = [](int process) {
    signal_after_first_step(process, place() / "twice", SIGINT);
    ::kill(process, SIGINT);
  };
  EXPECT_EQ(alexnet(small_training("twice", 500), setting).status, 130);
}

// oneDNN multiplies matrices with a stack pointer that points into the heap: the frame of a handler would land there.
TEST_F(CliTrain, NoHandlerOfASignalRunsOnThreadsThatCompute) {
  std::uint64_t handled = 0;
  auto setting = here();
  setting.meanwhile = [&](int process) {
    wait_for_first_step(place() / "handled");
    handled = handled_signals(process);
    ::kill(process, SIGTERM);
  };
  EXPECT_EQ(alexnet(small_training("handled", 500), setting).status, 143);
  for (const int signal : {SIGINT, SIGTERM, SIGCONT}) {
    EXPECT_EQ(handled >> (signal - 1) & 1, 0U) << "signal " << signal;
  }
}

TEST_F(CliTrain, RunningTwiceOverwritesNothing) {
  const auto before = read(place() / "run/model.safetensors");
  const auto outcome = alexnet(small_training("run"), here());
  EXPECT_EQ(outcome.status, 2);
  EXPECT_NE(outcome.err.find("error: the run folder already holds files: run"), std::string::npos) << outcome.err;
  EXPECT_EQ(read(place() / "run/model.safetensors"), before);
}

TEST_F(CliTrain, ResumeKeepsItsRecipe) {
  const auto outcome = alexnet({"train", "--resume", "run", "--rate", "0.5"}, here());
  EXPECT_EQ(outcome.status, 2);
  EXPECT_NE(outcome.err.find("--rate"), std::string::npos);
}

TEST_F(CliTrain, HingeTrainsAndPredictShowsScores) {
  const auto trained = alexnet(small_training("hinge", 1) + std::vector<std::string>{"--loss", "hinge"}, here());
  ASSERT_EQ(trained.status, 0) << trained.err;
  const auto document = alexnet({"predict", "hinge", "rose.png", "--json"}, here()).json();
  EXPECT_TRUE(document["predictions"][0]["classes"][0].contains("score"));
}

}  // namespace
}  // namespace alexnet::testing
