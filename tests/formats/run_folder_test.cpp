#include "alexnet/formats/run_folder.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"

#include "support/temporary_folder.h"
#include "support/thrown.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;
using testing::EndsWith;
using testing::StartsWith;
using testing_support::message_of;
using testing_support::TemporaryFolder;
using testing_support::thrown;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::vector<int> epochs_of(const RunFolder& run) {
  std::vector<int> numbers;
  for (const EpochRow& row : run.epochs()) {
    numbers.push_back(row.epoch);
  }
  return numbers;
}

std::vector<std::int64_t> steps_of(const RunFolder& run) {
  std::vector<std::int64_t> numbers;
  for (const StepRow& row : run.steps()) {
    numbers.push_back(row.step);
  }
  return numbers;
}

TEST(RunFolder, IsNewEachTimeAndLatestPointsToIt) {
  const TemporaryFolder folder;
  const RunFolder first = RunFolder::create(folder / "runs", "my flowers/small", "tutorial");
  const RunFolder second = RunFolder::create(folder / "runs", "my flowers/small", "tutorial");
  EXPECT_THAT(first.path().filename().string(), StartsWith("my_flowers_small-tutorial-20"));
  EXPECT_THAT(first.path().filename().string(), EndsWith("-1"));
  EXPECT_THAT(second.path().filename().string(), EndsWith("-2"));
  EXPECT_EQ(fs::canonical(folder / "runs" / "latest"), fs::canonical(second.path()));
  EXPECT_EQ(fs::read_symlink(folder / "runs" / "latest"), second.path().filename());
}

TEST(RunFolder, IsMadeWhereAFolderIsCalledLatest) {
  const TemporaryFolder folder;
  fs::create_directories(folder / "runs" / "latest");
  const RunFolder run = RunFolder::create(folder / "runs", "data", "net");
  EXPECT_TRUE(fs::is_directory(run.path()));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder / "runs"), fs::directory_iterator()), 2);
}

TEST(RunFolder, NamedOneMustBeEmpty) {
  const TemporaryFolder folder;
  const RunFolder run = RunFolder::create_named(folder / "a" / "b");
  EXPECT_TRUE(fs::is_directory(run.path()));
  EXPECT_NO_THROW((void)RunFolder::create_named(folder / "a" / "b"));
  EXPECT_EQ(message_of([&] { (void)RunFolder::create_named(folder / "a"); }), Message::kRunExists);
  write_file_atomically(folder / "file", "x");
  EXPECT_EQ(message_of([&] { (void)RunFolder::create_named(folder / "file"); }), Message::kRunExists);
}

TEST(RunFolder, OpensOnlyWithACheckpoint) {
  const TemporaryFolder folder;
  EXPECT_EQ(message_of([&] { (void)RunFolder::open(folder / "none"); }), Message::kFolderMissing);
  EXPECT_EQ(message_of([&] { (void)RunFolder::open(folder.path()); }), Message::kResumeMissing);
  write_file_atomically(folder / "last.safetensors", "x");
  EXPECT_EQ(RunFolder::open(folder.path()).path(), folder.path());
}

TEST(RunFolder, RowsComeBackBitForBit) {
  const TemporaryFolder folder;
  RunFolder run = RunFolder::create_named(folder / "run");
  const EpochRow untrained{0, kNaN, kNaN, std::log(17.0), 1.0 / 17, 5.0 / 17, 0, 0.25, 0, 0, false};
  const EpochRow trained{1, 0.1, 1.0 / 3, 2.5e-17, 0.7, 1, 1e-3, 1234.5, 88.125, 0.01, true};
  run.append(untrained);
  run.append(trained);
  const auto rows = run.epochs();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_TRUE(std::isnan(rows[0].train_loss));
  EXPECT_TRUE(std::isnan(rows[0].train_top1));
  EXPECT_EQ(rows[0].val_loss, untrained.val_loss);
  EXPECT_FALSE(rows[0].best);
  EXPECT_EQ(rows[1].train_top1, trained.train_top1);
  EXPECT_EQ(rows[1].val_loss, trained.val_loss);
  EXPECT_EQ(rows[1].val_top5, trained.val_top5);
  EXPECT_EQ(rows[1].rate, trained.rate);
  EXPECT_EQ(rows[1].seconds, trained.seconds);
  EXPECT_EQ(rows[1].photos_per_second, trained.photos_per_second);
  EXPECT_EQ(rows[1].wait_share, trained.wait_share);
  EXPECT_TRUE(rows[1].best);
  EXPECT_THAT(read_text(run.file("metrics.csv")),
              StartsWith("epoch,train_loss,train_top1,val_loss,val_top1,val_top5,rate,seconds,photos_per_second,"
                         "wait_share,best\n0,,,2.833213344056216,"));
  run.append(StepRow{1, 1, 0.5, 0.25, 0.001});
  EXPECT_EQ(read_text(run.file("steps.csv")), "step,epoch,loss,top1,rate\n1,1,0.5,0.25,0.001\n");
}

TEST(RunFolder, DropsRowsBeyondTheCheckpoint) {
  const TemporaryFolder folder;
  RunFolder run = RunFolder::create_named(folder / "run");
  run.truncate_after(0, 0);  // nothing there yet
  for (int epoch = 0; epoch < 4; ++epoch) {
    run.append(EpochRow{.epoch = epoch});
  }
  for (int step = 1; step < 8; ++step) {
    run.append(StepRow{.step = step});
  }
  run.truncate_after(2, 5);
  EXPECT_EQ(epochs_of(run), (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(steps_of(run), (std::vector<std::int64_t>{1, 2, 3, 4, 5}));
  run.append(StepRow{.step = 6});
  EXPECT_EQ(steps_of(run).back(), 6);
}

TEST(RunFolder, KeepsRowsOfLayers) {
  const TemporaryFolder folder;
  RunFolder run = RunFolder::create_named(folder / "run");
  EXPECT_TRUE(run.layers().empty());
  run.append({LayerRow{0, "conv1", 1.5, kNaN}, LayerRow{0, "fc, 2", 0.1, kNaN}});
  run.append({LayerRow{1, "conv1", 1.75, 2.5e-17}});
  EXPECT_EQ(read_text(run.file("layers.csv")),
            "epoch,layer,weight_norm,gradient_norm\n0,conv1,1.5,\n0,\"fc, 2\",0.1,\n1,conv1,1.75,2.5e-17\n");
  const auto rows = run.layers();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[1].layer, "fc, 2");
  EXPECT_TRUE(std::isnan(rows[1].gradient_norm));
  EXPECT_EQ(rows[2].gradient_norm, 2.5e-17);
  const std::string whole = read_text(run.file("layers.csv"));
  write_file_atomically(run.file("layers.csv"), whole.substr(0, whole.size() - 3));  // cut while it was written
  EXPECT_EQ(run.layers().size(), 2U);
  write_file_atomically(run.file("layers.csv"), whole);
  run.truncate_after(0, 0);
  EXPECT_EQ(run.layers().size(), 2U);
}

TEST(RunFolder, KeepsANote) {
  const TemporaryFolder folder;
  RunFolder run = RunFolder::create_named(folder / "run");
  EXPECT_EQ(run.note(), "");
  run.write_note("学习率更高");
  EXPECT_EQ(run.note(), "学习率更高");
  EXPECT_EQ(message_of([&] { run.write_note(std::string(kMostNoteBytes + 1, 'x')); }), Message::kOptionInvalid);
  EXPECT_EQ(run.note(), "学习率更高");
}

TEST(RunFolder, PassesOverALineThatWasCut) {
  const TemporaryFolder folder;
  RunFolder run = RunFolder::create_named(folder / "run");
  run.append(StepRow{.step = 1});
  run.append(StepRow{.step = 2});
  const std::string whole = read_text(run.file("steps.csv"));
  write_file_atomically(run.file("steps.csv"), whole.substr(0, whole.size() - 3));
  EXPECT_EQ(steps_of(run), (std::vector<std::int64_t>{1}));
  run.truncate_after(0, 9);
  run.append(StepRow{.step = 2});
  EXPECT_EQ(steps_of(run), (std::vector<std::int64_t>{1, 2}));
}

TEST(RunFolder, NamesFileAndLineOfForeignRows) {
  const TemporaryFolder folder;
  const RunFolder run = RunFolder::create_named(folder / "run");
  const auto refusal = [&](const std::string& text) {
    write_file_atomically(run.file("steps.csv"), text);
    const auto error = thrown([&] { (void)run.steps(); });
    EXPECT_TRUE(error && error->message() == Message::kFileFormat) << text;
    return error ? testing_support::argument(*error, "where") : "";
  };
  const std::string header = "step,epoch,loss,top1,rate\n";
  EXPECT_THAT(refusal("a,b\n"), EndsWith("line 1"));
  EXPECT_THAT(refusal(header + "1,1,1,1,1\n1,1,1\n"), EndsWith("line 3"));
  EXPECT_THAT(refusal(header + "1,1,x,1,1\n"), EndsWith("line 2"));
  EXPECT_THAT(refusal(header + "1,1,1,1,1,\n"), EndsWith("line 2"));
  EXPECT_THAT(refusal(header + "\n"), EndsWith("line 2"));
  EXPECT_THAT(refusal(header + "1e300,1,1,1,1\n"), EndsWith("steps.csv"));
  EXPECT_THAT(refusal(header + ",1,1,1,1\n"), EndsWith("steps.csv"));
}

TEST(RunFolder, WritesPredictionsAndLog) {
  const TemporaryFolder folder;
  RunFolder run = RunFolder::create_named(folder / "run");
  PredictionRow known{"a/2.jpg", "test", "b", "b", 0.5, 0.5, 0.75};
  known.calibrated = known.label_calibrated = 0.4375;
  known.rank = 1;
  known.second = "c, d";
  known.second_probability = 0.375;
  run.write_predictions({{"a/one, two.jpg", "val", "say \"hi\"", "b", 0.5, 0.25, 1.5}, known});
  EXPECT_EQ(read_text(run.file("predictions.csv")),
            "path,part,label,predicted,probability,label_probability,loss,calibrated,label_calibrated,rank,second,"
            "second_probability,third,third_probability\n"
            "\"a/one, two.jpg\",val,\"say \"\"hi\"\"\",b,0.5,0.25,1.5,,,,,,,\n"
            "a/2.jpg,test,b,b,0.5,0.5,0.75,0.4375,0.4375,1,\"c, d\",0.375,,\n");
  const auto rows = read_predictions(run.file("predictions.csv"));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(predictions_csv(rows), read_text(run.file("predictions.csv")));
  EXPECT_EQ(rows[0].label, "say \"hi\"");
  EXPECT_EQ(rows[0].rank, 0);
  EXPECT_TRUE(std::isnan(rows[0].calibrated));
  EXPECT_EQ(rows[1].second, "c, d");
  run.log_line("one");
  run.log_line("two");
  EXPECT_EQ(read_text(run.file("log.txt")), "one\ntwo\n");
}

TEST(RunFolder, RemovesWhatAKillLeftBesideItsFiles) {
  const testing_support::TemporaryFolder folder;
  auto run = RunFolder::create_named(folder / "run");
  for (const char* name : {"last.safetensors.tmp123", "run.json.tmp9", "mine.tmp", "notes.tmp12b", "metrics.csv"}) {
    write_file_atomically(run.file(name), "");
  }
  run.remove_leftovers();
  std::vector<std::string> left;
  for (const auto& entry : std::filesystem::directory_iterator(run.path())) {
    left.push_back(entry.path().filename().string());
  }
  std::sort(left.begin(), left.end());
  EXPECT_EQ(left, (std::vector<std::string>{"metrics.csv", "mine.tmp", "notes.tmp12b"}));
}

TEST(RunFolder, ReadsTheFirstFilesOfPredictionsToo) {
  const TemporaryFolder folder;
  const auto file = folder / "predictions.csv";
  const std::string header = "path,part,label,predicted,probability,label_probability,loss\n";
  write_file_atomically(file, header + "a.jpg,val,a,b,0.5,0.25,1.5\n");
  const auto rows = read_predictions(file);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].loss, 1.5);
  EXPECT_EQ(rows[0].rank, 0);
  write_file_atomically(file, header + "a.jpg,val,a,b,0.5,x,1.5\n");
  const auto error = thrown([&] { (void)read_predictions(file); });
  ASSERT_TRUE(error.has_value());
  EXPECT_THAT(testing_support::argument(*error, "where"), EndsWith("line 2"));
}

TEST(RunFolder, IsReadWithoutACheckpoint) {
  const TemporaryFolder folder;
  EXPECT_EQ(testing_support::message_of([&] { (void)RunFolder::open_to_read(folder / "none"); }),
            Message::kFolderMissing);
  EXPECT_EQ(testing_support::message_of([&] { (void)RunFolder::open_to_read(folder.path()); }), Message::kFileMissing);
  write_file_atomically(folder / "run.json", "{}");
  EXPECT_EQ(RunFolder::open_to_read(folder.path()).path(), folder.path());
}

}  // namespace
}  // namespace alexnet
