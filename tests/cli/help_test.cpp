#include <chrono>
#include <csignal>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>

#include "cli/trained_fixture.h"
#include "core/text.h"

namespace alexnet::testing {
namespace {

namespace fs = std::filesystem;
using CliHelp = TrainedTest;

nlohmann::json commands() { return alexnet({"help", "--json"}).json()["commands"]; }

TEST_F(CliHelp, AloneItIsOneScreenWithThreeExamples) {
  const auto outcome = alexnet({});
  EXPECT_EQ(outcome.status, 0);
  std::istringstream in(outcome.out);
  int lines = 0;
  for (std::string line; std::getline(in, line); ++lines) {
    EXPECT_LE(display_width(line), 80) << line;
  }
  EXPECT_LE(lines, 30);
  for (const auto& command : commands()) {
    EXPECT_NE(outcome.out.find(" " + command["name"].get<std::string>() + " "), std::string::npos);
  }
  EXPECT_EQ(alexnet({"--help"}).out, outcome.out);
}

TEST_F(CliHelp, FullHelpHasEveryDefaultAndTwoExamples) {
  for (const auto& command : commands()) {
    const auto name = command["name"].get<std::string>();
    const auto text = alexnet({name, "--help"}).out;
    EXPECT_GE(command["examples"].size(), 2U) << name;
    EXPECT_LE(command["examples"].size(), 3U) << name;
    for (const auto& option : command["options"]) {
      const auto option_name = option["name"].get<std::string>();
      EXPECT_NE(text.find(option_name), std::string::npos) << name << option_name;
      EXPECT_FALSE(option["help"].get<std::string>().empty()) << name << option_name;
      const bool switch_or_argument = option["positional"].get<bool>() || option["type"].get<std::string>().empty();
      EXPECT_TRUE(switch_or_argument || !option["default"].get<std::string>().empty()) << name << option_name;
    }
    EXPECT_EQ(text, alexnet({"help", name}).out);
    EXPECT_LT(alexnet({name, "-h"}).out.size(), text.size());
  }
}

TEST_F(CliHelp, EveryRecipeKeyIsAnOption) {
  const auto text = alexnet({"help", "train"}).out;
  for (const auto* option : {"--batch", "--epochs", "--warmup-epochs", "--flip, --no-flip", "ALEXNET_OPT_BATCH"}) {
    EXPECT_NE(text.find(option), std::string::npos) << option;
  }
}

/// What the examples name: photos/, rose.jpg, runs/latest and first, and the flowers' archive where the machine has it.
void prepare(const Workplace& w, const fs::path& trained) {
  fs::copy(trained / "photos", w / "photos", fs::copy_options::recursive);
  fs::copy(trained / "rose.png", w / "rose.jpg");
  fs::create_directories(w / "runs");
  fs::copy(trained / "run", w / "runs/example", fs::copy_options::recursive);
  fs::create_directory_symlink("example", w / "runs/latest");
  fs::create_directory_symlink("example", w / "runs/first");
}

TEST_F(CliHelp, EveryExampleRuns) {
  const char* archives = std::getenv("ALEXNET_DATA");
  const fs::path flowers = archives == nullptr ? "" : fs::path(archives) / "17flowers.tgz";
  int left_out = 0;
  for (const auto& command : commands()) {
    for (const auto& example : command["examples"]) {
      auto line = example["command"].get<std::string>();
      if (line.starts_with("alexnet merge")) {
        continue;  // of files that several processes make: CliMerge runs it
      }
      if (line.starts_with("alexnet bench tutorial")) {
        line += " --batch 2 --steps 1 --warm-up 1";  // that it runs is what counts here
      }
      const Workplace w;
      prepare(w, place().path());
      auto setting = w.setting();
      // The run of the fixture remembers where its photos lay.
      setting.environment = {{"ALEXNET_OPT_EPOCHS", "1"}, {"ALEXNET_OPT_BATCH", "8"}, {"MANPAGER", "cat"}};
      if (line.find("flowers17") != std::string::npos) {
        if (!fs::exists(flowers)) {
          ++left_out;
          continue;
        }
        fs::create_symlink(flowers, w / "17flowers.tgz");
        setting.environment["ALEXNET_DATA"] = archives;
        setting.environment["ALEXNET_HOME"] = (w / "home").string();
      }
      if (line.find("man -l") != std::string::npos && shell("command -v man").status != 0) {
        ++left_out;
        continue;
      }
      const bool serves = line.starts_with("alexnet serve") ||
                          (line.starts_with("alexnet watch") && line.find("--once") == std::string::npos);
      if (serves) {
        setting.meanwhile = [](int process) {
          std::this_thread::sleep_for(std::chrono::seconds(2));
          kill(process, SIGTERM);
        };
      }
      const auto outcome = shell((serves ? "exec " : "") + line, setting);
      EXPECT_EQ(outcome.status, 0) << line << "\n" << outcome.err;
      EXPECT_FALSE(outcome.out.empty()) << line;
    }
  }
  if (left_out > 0) {
    GTEST_SKIP() << left_out << " examples were not run: ALEXNET_DATA with 17flowers.tgz, or man, is missing";
  }
}

}  // namespace
}  // namespace alexnet::testing
