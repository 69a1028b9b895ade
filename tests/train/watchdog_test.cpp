#include "train/watchdog.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temporary_folder.h"
#include "train/training.h"

namespace alexnet {
namespace {

using testing::HasSubstr;
using testing_support::TemporaryFolder;
using testing_support::Training;

std::string words(const std::optional<TrainAlarm>& alarm) {
  return alarm ? format_message(alarm->message, alarm->arguments) : "";
}

TEST(Watchdog, SaysThatTheLossIsStillThatOfGuessing) {
  const double guessing = std::log(17.0);
  EXPECT_EQ(words(still_guessing({.epoch = 3, .train_loss = 0.995 * guessing}, 17)),
            "after epoch 3 the training loss is 2.8190, still that of guessing among 17 classes (ln 17 = 2.8332): look "
            "for another --rate with alexnet lr-find, or start from trained weights with --init");
  EXPECT_TRUE(still_guessing({.epoch = 9, .train_loss = 1.005 * guessing}, 17));
  EXPECT_FALSE(still_guessing({.epoch = 2, .train_loss = guessing}, 17));
  EXPECT_FALSE(still_guessing({.epoch = 9, .train_loss = 0.98 * guessing}, 17));
  EXPECT_FALSE(still_guessing({.epoch = 9, .train_loss = std::numeric_limits<double>::quiet_NaN()}, 17));
}

/// 100 photos of two classes, `first` of the first, of which and of the others `taken` in all are taken for the first.
Evaluation two_classes(std::int64_t first, std::int64_t taken) {
  Evaluation evaluation;
  evaluation.count = 100;
  evaluation.classes = {{.name = "rose", .support = first}, {.name = "daisy", .support = 100 - first}};
  const std::int64_t right = std::min(first, taken);
  evaluation.confusion = {{right, first - right}, {taken - right, 100 - first - (taken - right)}};
  return evaluation;
}

TEST(Watchdog, SaysThatNearlyAllPhotosGetOneAnswer) {
  EXPECT_THAT(words(one_answer(3, two_classes(50, 91))), HasSubstr("91.0 % of the val photos are taken for rose"));
  EXPECT_FALSE(one_answer(3, two_classes(50, 90)));
  EXPECT_FALSE(one_answer(2, two_classes(50, 100)));
  EXPECT_FALSE(one_answer(3, two_classes(80, 95)));  // most are roses
}

TEST(Watchdog, SaysThatTrainingIsFarAboveVal) {
  EXPECT_THAT(words(overfitting({{.epoch = 3, .train_top1 = 0.9, .val_top1 = 0.6}})),
              HasSubstr("top-1 is 90.0 % on training photos and 60.0 % on val"));
  EXPECT_FALSE(overfitting({{.epoch = 2, .train_top1 = 0.9, .val_top1 = 0.6}}));
  EXPECT_FALSE(overfitting({{.epoch = 3, .train_top1 = 0.79, .val_top1 = 0.6}}));
  // one bad epoch behind a good one
  EXPECT_FALSE(overfitting({{.epoch = 3, .val_top1 = 0.75}, {.epoch = 4, .train_top1 = 0.9, .val_top1 = 0.2}}));
}

std::vector<EpochRow> val_losses(const std::vector<double>& losses) {
  std::vector<EpochRow> rows;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    rows.push_back({.epoch = static_cast<int>(i), .val_loss = losses[i]});
  }
  return rows;
}

TEST(Watchdog, SaysThatTheValLossRises) {
  EXPECT_THAT(words(val_rising(val_losses({2.8, 2, 1, 1.2, 1.2, 1.2, 1.2, 1.3}))),
              HasSubstr("rose from 1.0000 after epoch 2 to 1.3000 after epoch 7"));
  EXPECT_FALSE(val_rising(val_losses({2.8, 2, 1, 1.2, 1.2, 1.2, 1.3})));        // 4 epochs ago
  EXPECT_FALSE(val_rising(val_losses({2.8, 2, 1, 1.2, 1.2, 1.2, 1.2, 1.05})));  // hardly above
  EXPECT_FALSE(val_rising(val_losses({2.8, 2, 1, 1.2, 1.2, 1.05, 1.2, 1.3})));  // not all the time
  EXPECT_FALSE(val_rising(val_losses({0.5, 2})));                               // the untrained network does not count
  auto rows = val_losses({2.8, 2, 1, 1.2, 1.2, 1.2, 1.2, 1.3});
  rows[1].rate = 1;
  rows.back().rate = 0.6;
  EXPECT_FALSE(val_rising(rows));  // the rate is high and falls
  rows.back().rate = 0.5;
  EXPECT_TRUE(val_rising(rows));
}

TEST(Watchdog, SaysThatPhotosAreSlow) {
  EXPECT_THAT(words(slow_photos({.epoch = 1, .wait_share = 0.35}, 20)), HasSubstr("35.0 % of the training time"));
  EXPECT_FALSE(slow_photos({.epoch = 1, .wait_share = 0.35}, 4));
  EXPECT_FALSE(slow_photos({.epoch = 1, .wait_share = 0.2}, 20));
}

TEST(Watchdog, SaysThatMemoryWillNotSufficeAndWhatWould) {
  Recipe recipe;
  recipe.batch = 64;
  const MemoryNeed need{1'000'000'000, 10'000'000};
  EXPECT_EQ(words(memory_short(need, 1'300'000'000, recipe)),
            "training needs about 1.6 GB of memory and 1.3 GB is free: --batch 30 --accumulate 3 needs less and takes "
            "steps as large");
  EXPECT_THAT(words(memory_short(need, 900'000'000, recipe)), HasSubstr("no batch is small enough"));
  EXPECT_FALSE(memory_short(need, 1'640'000'000, recipe));
  EXPECT_FALSE(memory_short(need, 0, recipe));  // not known
}

std::vector<std::string> codes(const RunDocument& document) {
  std::vector<std::string> found;
  for (const RunAlarm& alarm : document.alarms) {
    found.push_back(alarm.code);
  }
  return found;
}

/// A first bias so low that no pixel lights a unit.
TrainTask dead_task(const Training& training) {
  TrainTask task = training.task();
  Tensor bias(ElementType::kF32, {4});
  std::ranges::fill(bias.as<float>(), -1e6F);
  task.weights.emplace("conv1.bias", bias);
  return task;
}

TEST(Watchdog, NamesADeadLayerOnceAndNotesItInTheRun) {
  const TemporaryFolder folder;
  Training training;
  training.settings["epochs"] = "4";
  RunFolder run = RunFolder::create_named(folder / "run");
  int told = 0;
  const auto listen = [&](const TrainEvent& event) {
    const auto* alarm = std::get_if<TrainAlarm>(&event);
    if (alarm != nullptr && alarm->message == Message::kAlarmDeadLayer) {
      ++told;
      EXPECT_THAT(format_message(alarm->message, alarm->arguments), HasSubstr("layer relu1 is dead"));
      training.stop = 1;  // at once, so that the resumed session could tell it again
    }
  };
  train(dead_task(training), run, listen, training.stop);
  EXPECT_EQ(told, 1);
  training.stop = 0;
  const TrainOutcome outcome = training.resume_in(folder / "run", listen);
  EXPECT_EQ(told, 1);
  EXPECT_THAT(codes(outcome.document), testing::ElementsAre("dead-layer"));
  EXPECT_EQ(codes(read_run_document(run)), codes(outcome.document));
  EXPECT_EQ(outcome.document.alarms.front().epoch, 1);
}

TEST(Watchdog, IsSilentAboutASoundTraining) {
  const TemporaryFolder folder;
  Training training;
  training.settings["epochs"] = "6";
  int told = 0;
  training.train_in(folder / "run",
                    [&](const TrainEvent& event) { told += std::holds_alternative<TrainAlarm>(event); });
  EXPECT_EQ(told, 0);
}

}  // namespace
}  // namespace alexnet
