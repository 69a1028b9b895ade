#include "alexnet/train/run_document.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/core/error.h"

#include "support/thrown.h"
#include "train/train_state.h"

namespace alexnet {
namespace {

using testing::StartsWith;
using testing_support::message_of;

RunDocument document() {
  RunDocument d;
  d.command_line = {"alexnet", "train", "my photos"};
  d.resumed = {{"alexnet", "train", "--resume"}};
  d.program_version = "1.2.3";
  d.processor = "a processor";
  d.threads = 2;
  d.backend = "cpu";
  d.precision = "bf16";
  d.data = "/photos/花";
  d.data_name = "花";
  d.fingerprint = "abc";
  d.photos[0] = 8;
  d.photos[1] = 2;
  d.photos[2] = 1;
  d.classes = {"a", "b"};
  d.seed = 1234567890123456789U;
  d.recipe = "quick";
  d.network = "tutorial";
  d.parameters = 10;
  d.trainable = 9;
  d.macs = 99;
  d.epochs = 5;
  d.state = RunState::kFailed;
  d.error = "disk full";
  d.step = 77;
  d.seconds = 0.1;
  EpochRow best;
  best.epoch = 2;
  best.train_loss = std::numeric_limits<double>::quiet_NaN();
  best.val_top1 = 1.0 / 3;
  d.best = best;
  d.result = FinalResult{"test", 11, 0.5, 1, 1.0 / 7, {0.25, 0.75}};
  d.alarms = {{"overfitting", 3, "after epoch 3 ..."}};
  d.skipped = {{"a/broken.jpg", "it ends early"}};
  return d;
}

TEST(RunDocument, ComesBackAsItWasWritten) {
  const std::string text = to_json(document());
  EXPECT_THAT(text, StartsWith("{\n  \"schema\": \"alexnet.run\",\n  \"version\": 1,"));
  const RunDocument read = run_document_from_json(text, "run.json");
  EXPECT_EQ(to_json(read), text);
  EXPECT_EQ(read.seed, 1234567890123456789U);
  EXPECT_EQ(read.best->val_top1, 1.0 / 3);
  EXPECT_TRUE(std::isnan(read.best->train_loss));
  EXPECT_EQ(read.result->loss, 1.0 / 7);
  ASSERT_EQ(read.alarms.size(), 1U);
  EXPECT_EQ(read.alarms[0].code, "overfitting");
  EXPECT_EQ(read.alarms[0].epoch, 3);
  EXPECT_EQ(read.alarms[0].text, "after epoch 3 ...");
  EXPECT_EQ(read.result->top1_interval.high, 0.75);
  EXPECT_EQ(read.photos[2], 1);
  EXPECT_EQ(read.data, "/photos/花");
  EXPECT_EQ(read.error, "disk full");
}

TEST(RunDocument, KnowsItsStates) {
  RunDocument d = document();
  for (const RunState state : {RunState::kRunning, RunState::kStopped, RunState::kDone, RunState::kFailed}) {
    d.state = state;
    EXPECT_EQ(run_document_from_json(to_json(d), "x").state, state);
  }
  d.best.reset();
  d.result.reset();
  EXPECT_FALSE(run_document_from_json(to_json(d), "x").best);
}

TEST(RunDocument, RefusesWhatIsNone) {
  std::string wrong_state = to_json(document());
  wrong_state.replace(wrong_state.find("\"failed\""), 8, "\"dreams\"");
  for (const std::string& text :
       {std::string("no json"), std::string("[]"), std::string(R"({"schema":"alexnet.run","version":1})"),
        std::string(R"({"schema":"alexnet.run","version":2})"), wrong_state}) {
    EXPECT_EQ(message_of([&] { (void)run_document_from_json(text, "x"); }), Message::kFileFormat) << text;
  }
}

TEST(TrainState, ComesBackAsItWasWritten) {
  TrainState state;
  state.epoch = 3;
  state.position = 192;
  state.loss_sum = 0.1 + 0.2;
  state.photos = 190;
  state.right = 17;
  state.train_seconds = 1.5;
  state.wait_seconds = 0.25;
  state.seconds = 100.125;
  state.best = document().best;
  const TrainState read = train_state_from_json(to_json(state), "x");
  EXPECT_EQ(to_json(read), to_json(state));
  EXPECT_EQ(read.loss_sum, state.loss_sum);
  EXPECT_EQ(read.best->val_top1, 1.0 / 3);
  EXPECT_EQ(message_of([] { (void)train_state_from_json("{}", "x"); }), Message::kModelInvalid);
  state.position = -1;
  EXPECT_EQ(message_of([&] { (void)train_state_from_json(to_json(state), "x"); }), Message::kModelInvalid);
}

TEST(TrainState, NextEpochKeepsWhatBelongsToTheTraining) {
  TrainState state;
  state.epoch = 3;
  state.position = 192;
  state.loss_sum = 1;
  state.seconds = 9;
  state.best = document().best;
  state.next_epoch();
  EXPECT_EQ(state.epoch, 4);
  EXPECT_EQ(state.position, 0);
  EXPECT_EQ(state.loss_sum, 0);
  EXPECT_EQ(state.seconds, 9);
  EXPECT_TRUE(state.best);
}

TEST(IsBetter, GoesByAccuracyThenLossThenTheEarlier) {
  const auto row = [](int epoch, double top1, double loss) {
    EpochRow r;
    r.epoch = epoch;
    r.val_top1 = top1;
    r.val_loss = loss;
    return r;
  };
  EXPECT_FALSE(is_better(row(0, 1, 0), {}));  // the untrained network
  EXPECT_TRUE(is_better(row(1, 0, 9), {}));
  EXPECT_TRUE(is_better(row(2, 0.6, 9), row(1, 0.5, 1)));
  EXPECT_FALSE(is_better(row(2, 0.4, 0), row(1, 0.5, 1)));
  EXPECT_TRUE(is_better(row(2, 0.5, 0.9), row(1, 0.5, 1)));
  EXPECT_FALSE(is_better(row(2, 0.5, 1), row(1, 0.5, 1)));
}

}  // namespace
}  // namespace alexnet
