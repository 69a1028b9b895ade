#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "cli/train_progress.h"
#include "core/text.h"

namespace alexnet::cli {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

StepDone a_step() {
  return {.epoch = 3,
          .epochs = 25,
          .step = 40,
          .steps = 95,
          .loss = 1.234,
          .top1 = 0.5,
          .photos_per_second = 210,
          .wait_share = 0.03,
          .epoch_seconds_left = 12,
          .run_seconds_left = 300};
}

TEST(LiveLine, FitsEveryWidthAndKeepsTheEpoch) {
  for (int width = 20; width <= 200; ++width) {
    const auto line = live_line(a_step(), width);
    EXPECT_LT(display_width(line), width);
    EXPECT_TRUE(line.starts_with("epoch 3/25")) << line;
  }
}

TEST(LiveLine, HoldsEverythingWhereThereIsRoom) {
  EXPECT_EQ(
      live_line(a_step(), 200),
      "epoch 3/25  [########------------]  40/95  loss 1.234  top-1 50.0 %  210 photos/s  wait 3.0 %  epoch 12.0 s "
      " left 5 min 0 s");
}

TEST(LiveLine, DoesNotInventTimes) {
  auto step = a_step();
  step.run_seconds_left = kNan;
  step.epoch_seconds_left = kNan;
  EXPECT_EQ(live_line(step, 200).find("nan"), std::string::npos);
}

EpochDone an_epoch() {
  return {.row = {.epoch = 7,
                  .train_loss = 1.5,
                  .train_top1 = 0.4,
                  .val_loss = 1.7,
                  .val_top1 = 0.3,
                  .val_top5 = 0.8,
                  .rate = 0.001,
                  .seconds = 12.3,
                  .photos_per_second = 120,
                  .wait_share = 0.01,
                  .best = true},
          .epochs = 25};
}

TEST(EpochLine, FitsTheWidthAndStandsUnderItsHeading) {
  for (const int width : {0, 60, 80, 120}) {
    const auto heading = epoch_heading(width);
    const auto line = epoch_line(an_epoch(), width);
    EXPECT_EQ(line.size(), heading.size() + std::string("  best").size());
    EXPECT_TRUE(width == 0 || display_width(line) <= width) << line;
  }
}

TEST(EpochLine, LeavesOutTheLeastImportantFirst) {
  EXPECT_NE(epoch_heading(0).find("photos/s"), std::string::npos);
  EXPECT_EQ(epoch_heading(60).find("photos/s"), std::string::npos);
  EXPECT_NE(epoch_heading(60).find("val top-1"), std::string::npos);
}

TEST(EpochLine, EpochZeroHasNoTrainingNumbers) {
  auto epoch = an_epoch();
  epoch.row.epoch = 0;
  epoch.row.best = false;
  epoch.row.train_loss = epoch.row.train_top1 = epoch.row.rate = kNan;
  epoch.row.photos_per_second = epoch.row.wait_share = kNan;
  const auto line = epoch_line(epoch, 0);
  EXPECT_EQ(line.find("nan"), std::string::npos) << line;
  EXPECT_NE(line.find("0/25"), std::string::npos);
}

TEST(EventJson, EveryEventNamesItsSchemaAndKind) {
  const std::vector<std::pair<TrainEvent, std::string>> events = {
      {TrainStarted{}, "started"}, {a_step(), "step"},           {an_epoch(), "epoch"},
      {ModelSaved{}, "saved"},     {PhotosSkipped{}, "skipped"}, {TrainAlarm{}, "alarm"},
      {TrainStopped{}, "stopped"}, {TrainFinished{}, "finished"}};
  for (const auto& [event, kind] : events) {
    const auto text = event_json(event);
    EXPECT_TRUE(text.starts_with(R"({"schema":"alexnet.progress","version":1,"event":")" + kind + '"')) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos);
  }
}

}  // namespace
}  // namespace alexnet::cli
