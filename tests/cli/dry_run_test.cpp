#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "cli/trained_fixture.h"

namespace alexnet::testing {
namespace {

namespace fs = std::filesystem;
using CliDryRun = TrainedTest;

/// Every path below a folder, with its time of change.
std::set<std::pair<std::string, fs::file_time_type>> everything(const fs::path& folder) {
  std::set<std::pair<std::string, fs::file_time_type>> all;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    all.emplace(entry.path().string(), fs::last_write_time(entry.path()));
  }
  return all;
}

struct DryCase {
  std::vector<std::string> words;
  std::vector<std::string> writes;  ///< some of what it would write
};

TEST_F(CliDryRun, NothingIsWrittenAndEverythingIsNamed) {
  const std::vector<DryCase> cases = {
      {{"train", "photos", "--network", "lenet5", "--batch", "8"}, {"model.safetensors", "recipe.toml", "run.json"}},
      {small_training("new"), {"new/model.safetensors", "new/split.csv"}},
      {{"train", "--resume", "run", "--epochs", "3"}, {"run/last.safetensors"}},
      {{"lr-find", "photos", "--network", "lenet5", "--batch", "8", "--to", "curve"},
       {"curve/lr-find.svg", "curve/lr-find.csv"}},
      {{"check", "photos", "--report", "check.html", "--fix", "fix.csv"}, {"check.html", "fix.csv"}},
      {{"augment", "photos", "--to", "sheet.png"}, {"sheet.png"}},
      {{"embed", "run", "photos", "--to", "photos.npy"}, {"photos.npy", "photos.csv"}},
      {{"export", "run", "--to", "half.safetensors", "--precision", "bf16"}, {"half.safetensors"}},
      {{"evaluate", "run", "--csv", "tables"},
       {"tables/predictions.csv", "tables/classes.csv", "tables/confusion.csv"}},
      {{"explain", "run", "rose.png", "--to", "pictures"}, {"pictures/"}}};
  const auto before = everything(place().path());
  for (const auto& [words, writes] : cases) {
    SCOPED_TRACE(words.front());
    const auto outcome = alexnet(words + std::vector<std::string>{"--dry-run"}, here());
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    for (const auto& file : writes) {
      EXPECT_NE(outcome.out.find(file), std::string::npos) << file << ": " << outcome.out;
    }
    EXPECT_NE(outcome.out.find("would write "), std::string::npos) << outcome.out;
    const auto document = alexnet(words + std::vector<std::string>{"--dry-run", "--json"}, here()).json();
    EXPECT_EQ(document["schema"], "alexnet.dry_run");
    EXPECT_EQ(document["command"], words.front());
    EXPECT_GE(document["writes"].size(), writes.size());
  }
  EXPECT_EQ(everything(place().path()), before);
}

TEST_F(CliDryRun, TheNamedRunFolderIsTheOneThatIsMade) {
  const Workplace w;
  make_photos(w / "photos", 8);
  const std::vector<std::string> words = {"train", "photos", "--network", "lenet5", "--batch", "8", "--epochs", "1"};
  const auto first = alexnet(words + std::vector<std::string>{"--dry-run", "--json"}, w.setting()).json()["writes"][0];
  EXPECT_FALSE(fs::exists(w / "runs"));
  ASSERT_EQ(alexnet(words, w.setting()).status, 0);
  EXPECT_TRUE(fs::exists(w / first.get<std::string>())) << first;
  const auto second = alexnet(words + std::vector<std::string>{"--dry-run", "--json"}, w.setting()).json()["writes"][0];
  EXPECT_NE(first, second);
}

TEST_F(CliDryRun, WhatWouldFailFails) {
  EXPECT_EQ(alexnet(small_training("run") + std::vector<std::string>{"--dry-run"}, here()).status, 2);
  EXPECT_EQ(alexnet({"train", "nowhere", "--dry-run"}, here()).status, 3);
  EXPECT_EQ(alexnet({"embed", "nothing", "photos", "--dry-run"}, here()).status, 3);
}

TEST_F(CliDryRun, MovesAreListedAsTheyWouldBeMade) {
  const Workplace w;
  make_photos(w / "photos", 4);
  write(w / "fix.csv", std::string("file,action,reason\nrose/10.png,quarantine,blank\nrose/11.png,ask,blank\n"));
  const auto moves = [&](const std::string& option) {
    return alexnet({"check", "photos", option, "fix.csv", "--dry-run", "--json"}, w.setting()).json()["moves"];
  };
  const nlohmann::json there = {{{"from", "photos/rose/10.png"}, {"to", "photos/quarantine/rose/10.png"}}};
  const nlohmann::json back = {{{"from", "photos/quarantine/rose/10.png"}, {"to", "photos/rose/10.png"}}};
  EXPECT_EQ(moves("--apply"), there);
  EXPECT_EQ(moves("--undo"), nlohmann::json::array());
  EXPECT_TRUE(fs::exists(w / "photos/rose/10.png"));
  EXPECT_NE(alexnet({"check", "photos", "--undo", "fix.csv", "--dry-run"}, w.setting()).out.find("nothing to do"),
            std::string::npos);
  ASSERT_EQ(alexnet({"check", "photos", "--apply", "fix.csv"}, w.setting()).status, 0);
  EXPECT_EQ(moves("--undo"), back);
  EXPECT_EQ(moves("--apply"), nlohmann::json::array());
}

TEST_F(CliDryRun, AFetchNamesItsSourcesInTheirOrder) {
  const Workplace w;
  write(w / "archives/17flowers.tgz", std::string("not looked into"));
  auto setting = w.setting();
  setting.environment = {{"ALEXNET_DATA", (w / "archives").string()}, {"ALEXNET_HOME", (w / "home").string()}};
  const auto plan =
      alexnet({"data", "fetch", "flowers17", "--mirror", "http://127.0.0.1:9/m", "--dry-run", "--json"}, setting)
          .json();
  EXPECT_EQ(plan["writes"], nlohmann::json::array({(w / "home/flowers17").string()}));
  EXPECT_EQ(plan["fetches"][0], (w / "archives/17flowers.tgz").string());
  EXPECT_EQ(plan["fetches"][1], "http://127.0.0.1:9/m/17flowers.tgz");
  EXPECT_TRUE(plan["fetches"][2].get<std::string>().starts_with("https://"));
  EXPECT_FALSE(fs::exists(w / "home"));
}

}  // namespace
}  // namespace alexnet::testing
