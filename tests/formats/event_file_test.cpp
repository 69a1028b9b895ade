#include "formats/event_file.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "alexnet/core/files.h"
#include "alexnet/formats/run_folder.h"

#include "support/event_reader.h"
#include "support/temporary_folder.h"

namespace alexnet {
namespace {

using testing_support::EventReader;
using testing_support::TemporaryFolder;
using Scalars = EventReader::Scalars;

constexpr double kNow = 1.7e9;

// Source: RFC 3720, appendix B.4, and the check value of the catalogue of CRCs.
TEST(EventFile, HasTheChecksumsOfCrc32c) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43U);
}

TEST(EventFile, HoldsScalarsOfAStep) {
  const std::string file = event_file_head(kNow) + scalar_record(kNow, 300, {{"step/loss", 0.5}, {"step/rate", 1e-3}}) +
                           scalar_record(kNow, 0, {{"epoch/val_loss", 2}});
  EXPECT_EQ(EventReader::read(file),
            (Scalars{{"step/loss", 300, 0.5F}, {"step/rate", 300, 1e-3F}, {"epoch/val_loss", 0, 2.0F}}));
}

TEST(EventFile, LeavesOutWhatIsNoNumber) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(EventReader::read(scalar_record(kNow, 1, {{"a", nan}, {"b", 1}})), (Scalars{{"b", 1, 1.0F}}));
}

TEST(EventFile, KeepsWholeRecordsThatAreWanted) {
  const std::string head = event_file_head(kNow);
  const std::string one = scalar_record(kNow, 1, {{"step/loss", 1}});
  const std::string two = scalar_record(kNow, 200, {{"step/loss", 2}});
  const auto first = [](std::string_view tag, std::int64_t step) { return tag == "step/loss" && step <= 1; };
  const auto all = [](std::string_view, std::int64_t) { return true; };
  EXPECT_EQ(kept_records(head + one + two, first), head + one);
  EXPECT_EQ(kept_records(head + two + one, all), head + two + one);
  for (std::size_t cut = 0; cut < two.size(); ++cut) {
    EXPECT_EQ(kept_records(head + one + two.substr(0, cut), all), head + one) << cut;
  }
  for (std::size_t at = 0; at < two.size(); ++at) {
    std::string broken = two;
    broken[at] = static_cast<char>(broken[at] ^ 1);
    EXPECT_EQ(kept_records(head + one + broken + one, all), head + one) << at;
  }
}

TEST(EventFile, OfARunHoldsItsRowsAndForgetsThoseBeyondACheckpoint) {
  const TemporaryFolder folder;
  RunFolder run = RunFolder::create_named(folder / "run");
  run.append(EpochRow{.epoch = 0,
                      .train_loss = std::numeric_limits<double>::quiet_NaN(),
                      .train_top1 = std::numeric_limits<double>::quiet_NaN(),
                      .val_loss = 2.5});
  run.append(StepRow{1, 1, 2, 0.5, 0.1});
  run.append(EpochRow{.epoch = 1, .train_loss = 2, .train_top1 = 0.5, .val_loss = 1.5, .val_top1 = 0.75, .rate = 0.1});
  run.append(StepRow{2, 2, 1, 0.5, 0.1});
  run.append(EpochRow{.epoch = 2});
  run.truncate_after(1, 1);
  const Scalars expected = {{"epoch/val_loss", 0, 2.5F}, {"epoch/val_top1", 0, 0.0F},   {"epoch/val_top5", 0, 0.0F},
                            {"epoch/rate", 0, 0.0F},     {"step/loss", 1, 2.0F},        {"step/top1", 1, 0.5F},
                            {"step/rate", 1, 0.1F},      {"epoch/val_loss", 1, 1.5F},   {"epoch/val_top1", 1, 0.75F},
                            {"epoch/val_top5", 1, 0.0F}, {"epoch/train_loss", 1, 2.0F}, {"epoch/train_top1", 1, 0.5F},
                            {"epoch/rate", 1, 0.1F}};
  EXPECT_EQ(EventReader::read(read_text(run.file("events.out.tfevents.alexnet"))), expected);
}

}  // namespace
}  // namespace alexnet
