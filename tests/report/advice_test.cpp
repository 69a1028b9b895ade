#include "report/advice.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/records.h"

namespace alexnet {
namespace {

using report::Advice;
using report::RunRecord;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing_support::add_photos;
using testing_support::fair_rows;
using testing_support::record_of;

std::vector<std::string> rules(const RunRecord& record) {
  std::vector<std::string> names;
  for (const Advice& advice : report::advice_for(record)) {
    names.push_back(advice.rule);
  }
  return names;
}

Advice only(const RunRecord& record, const std::string& rule) {
  const auto all = report::advice_for(record);
  const auto found = std::ranges::find(all, rule, &Advice::rule);
  EXPECT_NE(found, all.end()) << rule;
  return found == all.end() ? Advice{} : *found;
}

/// A training that went well: val and train together, best at the end, no fall of the loss in its last epochs.
std::vector<EpochRow> fair_epochs() {
  std::vector<EpochRow> rows;
  for (int e = 1; e <= 5; ++e) {
    rows.push_back({.epoch = e,
                    .train_loss = 0.5,
                    .train_top1 = 0.85,
                    .val_loss = 0.6 + 0.001 * e,
                    .val_top1 = 0.8,
                    .photos_per_second = 100,
                    .best = e == 3});
  }
  return rows;
}

RunRecord fair_record() {
  auto record = record_of(fair_rows());
  record.epochs = fair_epochs();
  return record;
}

TEST(Advice, AFairRunGetsNoneThatItsNumbersDoNotCall) {
  // Each pair, both ways, holds a third of the errors: that rule speaks whenever there are three classes.
  EXPECT_THAT(rules(fair_record()), ElementsAre("pair"));
}

TEST(Advice, AStoppedRunGoesOn) {
  auto record = fair_record();
  record.document.state = RunState::kStopped;
  const auto advice = only(record, "stopped");
  EXPECT_EQ(advice.command, "alexnet train --resume runs/a");
  EXPECT_EQ(advice.evidence, "5 of 5 epochs are trained.");
}

TEST(Advice, ARunWithoutAnythingYetGetsNone) {
  RunRecord record;
  record.document.classes = {"daisy", "rose"};
  EXPECT_THAT(rules(record), ElementsAre());
  EXPECT_TRUE(report::findings_of(record).empty());
}

TEST(Advice, AFailedRunSaysWhy) {
  auto record = fair_record();
  record.document.state = RunState::kFailed;
  record.document.error = "the disk is full";
  EXPECT_THAT(only(record, "failed").evidence, HasSubstr("the disk is full"));
}

TEST(Advice, AWideGapAsksForAugmentationThenForTrainedWeights) {
  auto record = fair_record();
  record.epochs[2].train_top1 = 0.99;
  record.epochs[2].val_top1 = 0.80;
  EXPECT_THAT(rules(record), Not(testing::Contains("gap")));
  record.epochs[2].val_top1 = 0.78;
  auto advice = only(record, "gap");
  EXPECT_THAT(advice.evidence, HasSubstr("99.0 % in training and 78.0 % on val: 21 points"));
  EXPECT_EQ(advice.command,
            "alexnet train 'my photos' --epochs 5 --crop random-resized --rotation 15 --brightness 0.2 --contrast 0.2");
  record.recipe->recipe.crop = CropMode::kRandomResized;
  record.recipe->recipe.rotation = 15;
  EXPECT_THAT(only(record, "gap").command, HasSubstr("--init alexnet.safetensors --recipe fine-tune"));
}

TEST(Advice, AnOptionThatIsSetAnewIsNotSaidTwice) {
  auto record = fair_record();
  record.document.command_line = {"alexnet", "train", "photos", "--rotation", "3", "--crop=random", "--batch", "8"};
  record.epochs[2].train_top1 = 0.99;
  record.epochs[2].val_top1 = 0.5;
  EXPECT_EQ(only(record, "gap").command,
            "alexnet train photos --batch 8 --crop random-resized --rotation 15 --brightness 0.2 --contrast 0.2");
}

TEST(Advice, APairOfManyErrorsNamesItsPhotos) {
  auto rows = fair_rows();
  add_photos(rows, 9, "rose", "tulip", 0.55);
  auto record = record_of(rows);
  record.root = "/data/my photos";
  const auto advice = only(record, "pair");
  EXPECT_THAT(advice.text, HasSubstr("23 photos"));
  EXPECT_THAT(advice.text, HasSubstr("rose and tulip"));
  EXPECT_THAT(advice.evidence, HasSubstr("23 of 51 errors (45.1 %)"));
  EXPECT_THAT(advice.command, HasSubstr("alexnet explain runs/a '/data/my photos/rose/"));
  EXPECT_EQ(std::ranges::count(advice.command, '\''), 12);  // six files
  EXPECT_EQ(advice.anchor, "c1-2");
  record.root.clear();  // pictures that are no files
  EXPECT_EQ(only(record, "pair").command, "alexnet evaluate runs/a --csv tables");
}

TEST(Advice, AWeakClassOfFewPhotosWantsMore) {
  std::vector<PredictionRow> rows;
  add_photos(rows, 50, "daisy", "daisy", 0.9);
  add_photos(rows, 50, "rose", "rose", 0.9);
  add_photos(rows, 4, "tulip", "tulip", 0.9);
  add_photos(rows, 6, "tulip", "daisy", 0.5);
  auto record = record_of(rows);
  EXPECT_THAT(rules(record), Not(testing::Contains("few-photos")));
  record.photos[2][0] = 29;
  EXPECT_EQ(only(record, "few-photos").evidence, "tulip: 40.0 % found, 29 photos to learn from");
}

TEST(Advice, GuessingAsksForAnotherRate) {
  std::vector<PredictionRow> rows;
  for (const auto* name : {"daisy", "rose", "tulip"}) {
    add_photos(rows, 40, name, "daisy", 0.4);
  }
  EXPECT_EQ(only(record_of(rows), "guessing").command, "alexnet lr-find 'my photos' --network tiny");
}

TEST(Advice, SuspectLabelsAreCounted) {
  auto rows = fair_rows();
  add_photos(rows, 3, "rose", "tulip", 0.99);
  auto record = record_of(rows);
  record.root = "/d";
  EXPECT_THAT(only(record, "labels").text, HasSubstr("3 photos"));
  EXPECT_EQ(only(record, "labels").command, "alexnet check 'my photos' --labels --report labels.html");
}

TEST(Advice, ALossThatStillFallsAsksForMoreEpochs) {
  auto record = fair_record();
  for (EpochRow& row : record.epochs) {
    row.val_loss = 2.0 - 0.2 * row.epoch;
  }
  EXPECT_EQ(only(record, "still-falling").command, "alexnet train --resume runs/a --epochs 10");
  record.document.state = RunState::kStopped;
  EXPECT_THAT(rules(record), Not(testing::Contains("still-falling")));
}

TEST(Advice, EpochsThatBringNothingAskForPatience) {
  auto record = fair_record();
  for (int e = 6; e <= 12; ++e) {
    record.epochs.push_back(record.epochs.back());
    record.epochs.back().epoch = e;
  }
  EXPECT_THAT(only(record, "idle-epochs").evidence, HasSubstr("Epoch 3 was the best; the 9 epochs"));
  record.recipe->recipe.patience = 5;
  EXPECT_THAT(rules(record), Not(testing::Contains("idle-epochs")));
}

TEST(Advice, WaitingForPhotosAsksForThreads) {
  auto record = fair_record();
  for (EpochRow& row : record.epochs) {
    row.wait_share = 0.3;
  }
  EXPECT_THAT(only(record, "slow-photos").evidence, HasSubstr("30.0 %"));
  EXPECT_THAT(only(record, "slow-photos").command, HasSubstr("--cache-mib 4096"));
}

TEST(Advice, ALeakComesFirstAndThereAreFiveAtMost) {
  auto rows = fair_rows();
  add_photos(rows, 5, "rose", "tulip", 0.99);
  auto record = record_of(rows);
  record.epochs = fair_epochs();
  record.epochs[2].train_top1 = 1;
  record.epochs[2].val_top1 = 0.5;
  for (EpochRow& row : record.epochs) {
    row.val_loss = 2.0 - 0.2 * row.epoch;
    row.wait_share = 0.5;
  }
  record.copies = {.copies = 2, .leaks = 1, .first_leak = "rose/3.jpg"};
  const auto all = report::advice_for(record);
  ASSERT_EQ(all.size(), report::kMostAdvice);
  EXPECT_EQ(all.front().rule, "leak");
  EXPECT_EQ(all.front().command, "alexnet check 'my photos' --report check.html");
}

TEST(Findings, AreTheThreeThatWeighMost) {
  auto rows = fair_rows();
  add_photos(rows, 60, "rose", "tulip", 0.99);
  auto record = record_of(rows);
  record.copies = {.copies = 2, .leaks = 1, .first_leak = "rose/3.jpg"};
  const auto findings = report::findings_of(record);
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_EQ(findings[0].rule, "leak");
  EXPECT_EQ(findings[1].rule, "pair");
  EXPECT_EQ(findings[1].text, "67 of 102 errors are rose taken for tulip.");
}

TEST(Findings, OfARunWithoutPredictionsComeFromItsCurves) {
  auto record = record_of({});
  record.epochs = fair_epochs();
  const auto findings = report::findings_of(record);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].rule, "best-epoch");
}

}  // namespace
}  // namespace alexnet
