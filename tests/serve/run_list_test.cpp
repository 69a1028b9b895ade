#include "serve/run_list.h"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "serve/run_documents.h"
#include "serve/stored_run.h"
#include "support/temporary_folder.h"
#include "support/thrown.h"

namespace alexnet::serve {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::message_of;
using testing_support::stored_run;
using testing_support::TemporaryFolder;

void make_older(const RunFolder& run, std::chrono::seconds by) {
  for (const auto& entry : fs::directory_iterator(run.path())) {
    fs::last_write_time(entry.path(), fs::last_write_time(entry.path()) - by);
  }
}

TEST(RunList, FindsTheRunsOfAFolderAndARunItself) {
  const TemporaryFolder folder;
  make_older(stored_run(folder / "runs/one"), std::chrono::seconds(60));
  stored_run(folder / "runs/two");
  stored_run(folder / "elsewhere/one");
  fs::create_directories(folder / "runs/no run");
  fs::create_directory_symlink("two", folder / "runs/latest");
  std::vector<std::string> ids;
  for (const RunRow& run : list_runs({folder / "runs", folder / "elsewhere/one"})) {
    ids.push_back(run.id);
  }
  EXPECT_EQ(ids.size(), 3U);
  EXPECT_THAT(ids, testing::UnorderedElementsAre("one", "one~2", "two"));
  EXPECT_EQ(ids.back(), "one~2");  // the oldest stands last
}

TEST(RunList, SaysWhichFolderIsNotThere) {
  const TemporaryFolder folder;
  EXPECT_EQ(message_of([&] { static_cast<void>(list_runs({folder / "nothing"})); }), Message::kFolderMissing);
}

TEST(RunList, ReadsHowFarARunCame) {
  const TemporaryFolder folder;
  stored_run(folder / "run");
  const RunRow run = list_runs({folder / "run"}).at(0);
  EXPECT_EQ(run.state, "running");
  EXPECT_EQ(run.epoch, 2);
  ASSERT_TRUE(run.seconds_left);
  EXPECT_NEAR(*run.seconds_left, 2 * 60, 5);  // two epochs are left, and the last one was written just now
  EXPECT_EQ(run.recipe.at("batch"), "32");
}

TEST(RunList, ARunThatWritesNothingIsSilent) {
  const TemporaryFolder folder;
  make_older(stored_run(folder / "run"), std::chrono::minutes(11));
  make_older(stored_run(folder / "stopped", RunState::kStopped), std::chrono::minutes(11));
  EXPECT_EQ(list_runs({folder / "run"}).at(0).state, "silent");
  EXPECT_FALSE(list_runs({folder / "run"}).at(0).seconds_left);
  EXPECT_EQ(list_runs({folder / "stopped"}).at(0).state, "stopped");
}

TEST(RunList, TakesOverWhatEndedAndReadsAgainWhatChanged) {
  const TemporaryFolder folder;
  RunFolder run = stored_run(folder / "run", RunState::kStopped);
  make_older(run, std::chrono::seconds(60));
  auto known = list_runs({folder / "run"});
  known.at(0).epoch = 99;  // to see which it was
  EXPECT_EQ(list_runs({folder / "run"}, known).at(0).epoch, 99);
  run.log_line("another line");
  EXPECT_EQ(list_runs({folder / "run"}, known).at(0).epoch, 2);
}

TEST(RunList, NamesOnlyTheSettingsThatDiffer) {
  const TemporaryFolder folder;
  stored_run(folder / "a", RunState::kDone, {{"rate", "0.1"}, {"seed", "1"}});
  stored_run(folder / "b", RunState::kDone, {{"rate", "0.2"}, {"seed", "1"}});
  EXPECT_THAT(differing_keys(list_runs({folder.path()})), ElementsAre("rate"));
  EXPECT_THAT(differing_keys(list_runs({folder / "a"})), ElementsAre());
}

TEST(RunDocuments, RightAnswersAClassAreThoseOfTheTable) {
  const TemporaryFolder folder;
  RunFolder run = stored_run(folder / "run", RunState::kDone);
  RunDocument document = read_run_document(run);
  document.result = FinalResult{"test", 3, 2.0 / 3, 1, 0.5, {}};
  write_run_document(run, document);
  PredictionRow right{"a.png", "test", "daisy", "daisy", 0.9, 0.9, 0.1};
  PredictionRow wrong{"b.png", "test", "daisy", "rose", 0.9, 0.1, 2};
  PredictionRow other{"c.png", "val", "daisy", "rose", 0.9, 0.1, 2};
  run.write_predictions({right, wrong, other});
  const std::string facts = run_json(list_runs({folder / "run"}).at(0));
  EXPECT_THAT(facts, HasSubstr(R"({"name":"daisy","right":1,"photos":2})"));
  EXPECT_THAT(facts, HasSubstr(R"({"name":"rose","right":0,"photos":0})"));
}

}  // namespace
}  // namespace alexnet::serve
