#include "alexnet/train/control.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/core/files.h"

#include "support/temporary_folder.h"
#include "support/thrown.h"
#include "train/training.h"

namespace alexnet {
namespace {

using testing::HasSubstr;
using testing_support::message_of;
using testing_support::TemporaryFolder;
using testing_support::Training;

/// Trains in `folder`, with a control file of this text from the first step on.
TrainOutcome train_asked(Training& training, const std::filesystem::path& folder, const std::string& text,
                         std::vector<TrainAlarm>* alarms = nullptr) {
  return training.train_in(folder, [&](const TrainEvent& event) {
    if (std::holds_alternative<TrainStarted>(event)) {
      write_file_atomically(folder / "control.json", text);
    }
    if (const auto* alarm = std::get_if<TrainAlarm>(&event); alarm != nullptr && alarms != nullptr) {
      alarms->push_back(*alarm);
    }
  });
}

std::string asks(const std::string& rest) { return R"({"schema":"alexnet.control","version":1,)" + rest + "}"; }

TEST(Control, IsReadOnceAsItWasWritten) {
  const TemporaryFolder folder;
  const RunFolder run = RunFolder::create_named(folder / "run");
  EXPECT_FALSE(take_control(run));
  for (const auto action :
       {ControlAction::kCheckpoint, ControlAction::kStop, ControlAction::kStopAfterEpoch, ControlAction::kEpochs}) {
    write_control(run, {action, 7});
    const auto taken = take_control(run);
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->action, action);
    EXPECT_EQ(taken->epochs, action == ControlAction::kEpochs ? 7 : 0);
    EXPECT_FALSE(take_control(run));
  }
}

TEST(Control, RefusesWhatItDoesNotKnowAndRemovesIt) {
  const TemporaryFolder folder;
  const RunFolder run = RunFolder::create_named(folder / "run");
  for (const auto& text : {std::string("{"), std::string("[]"), asks(R"("action":"fly")"), asks(R"("action":3)"),
                           asks(R"("action":"epochs")"), asks(R"("action":"epochs","epochs":0)"),
                           asks(R"("action":"epochs","epochs":2.5)"),
                           std::string(R"({"schema":"alexnet.control","version":2,"action":"stop"})")}) {
    write_file_atomically(run.file("control.json"), text);
    EXPECT_EQ(message_of([&] { static_cast<void>(take_control(run)); }), Message::kFileFormat) << text;
    EXPECT_FALSE(std::filesystem::exists(run.file("control.json"))) << text;
  }
}

TEST(Control, StopsAfterTheStep) {
  const TemporaryFolder folder;
  Training training;
  const TrainOutcome outcome = train_asked(training, folder / "run", asks(R"("action":"stop")"));
  EXPECT_EQ(outcome.state, RunState::kStopped);
  EXPECT_EQ(outcome.document.step, 1);
  EXPECT_EQ(RunFolder::open(folder / "run").epochs().size(), 1U);  // the untrained network
}

TEST(Control, StopsAfterTheEpoch) {
  const TemporaryFolder folder;
  Training training;
  const TrainOutcome outcome = train_asked(training, folder / "run", asks(R"("action":"stop_after_epoch")"));
  EXPECT_EQ(outcome.state, RunState::kStopped);
  EXPECT_EQ(RunFolder::open(folder / "run").epochs().back().epoch, 1);
}

TEST(Control, AStoppedTrainingGoesOnToTheSameEnd) {
  const TemporaryFolder folder;
  Training whole;
  whole.train_in(folder / "whole");
  Training parted;
  train_asked(parted, folder / "parted", asks(R"("action":"stop_after_epoch")"));
  parted.resume_in(folder / "parted");
  EXPECT_EQ(read_file(folder / "whole" / "model.safetensors"), read_file(folder / "parted" / "model.safetensors"));
}

TEST(Control, TrainsForAnotherNumberOfEpochs) {
  const TemporaryFolder folder;
  Training training;
  const TrainOutcome outcome = train_asked(training, folder / "run", asks(R"("action":"epochs","epochs":5)"));
  EXPECT_EQ(outcome.state, RunState::kDone);
  const RunFolder run = RunFolder::open(folder / "run");
  EXPECT_EQ(run.epochs().back().epoch, 5);
  EXPECT_EQ(read_run_document(run).epochs, 5);
  EXPECT_EQ(read_recipe(run.file("recipe.toml")).recipe.epochs, 5);
  EXPECT_THAT(read_text(run.file("recipe.toml")), HasSubstr("control.json"));
}

TEST(Control, AMistakeInItIsToldAndEndsNothing) {
  const TemporaryFolder folder;
  Training training;
  std::vector<TrainAlarm> alarms;
  const TrainOutcome outcome = train_asked(training, folder / "run", asks(R"("action":"fly")"), &alarms);
  EXPECT_EQ(outcome.state, RunState::kDone);
  ASSERT_FALSE(alarms.empty());
  EXPECT_EQ(alarms.front().message, Message::kWarnControl);
  EXPECT_THAT(format_message(alarms.front().message, alarms.front().arguments), HasSubstr("stop_after_epoch"));
}

TEST(Control, ThatOfAnEarlierTrainingIsNotFollowed) {
  const TemporaryFolder folder;
  Training training;
  train_asked(training, folder / "run", asks(R"("action":"stop_after_epoch")"));
  write_control(RunFolder::open(folder / "run"), {ControlAction::kStop});
  EXPECT_EQ(training.resume_in(folder / "run").state, RunState::kDone);
}

}  // namespace
}  // namespace alexnet
