#include <algorithm>
#include <chrono>

#include <gtest/gtest.h>

#include "cli/program.h"

/// The commands that print a page: summary, doctor, version.
namespace alexnet::testing {
namespace {

TEST(CliSummary, AFileGetsAllColumnsAndACsvItsRows) {
  const auto table = alexnet({"summary", "lenet5"});
  EXPECT_EQ(table.status, 0);
  EXPECT_NE(table.out.find("61,706"), std::string::npos) << table.out;
  EXPECT_NE(table.out.find("6 x (1 x 5 x 5) + 6"), std::string::npos) << table.out;
  const auto csv = alexnet({"summary", "lenet5", "--csv"}).out;
  EXPECT_EQ(std::ranges::count(csv, '\n'), 14);  // heading and 13 layers
}

TEST(CliSummary, ClassesChangeTheLastLayer) {
  // Source: 61,706 parameters at 10 classes, 85 a class.
  EXPECT_EQ(alexnet({"summary", "lenet5", "--classes", "26", "--json"}).json()["totals"]["parameters"],
            61706 + 16 * 85);
}

TEST(CliSummary, ComparesAndChoosesColumns) {
  const auto outcome = alexnet({"summary", "alexnet-2012", "--compare", "torchvision"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("conv1"), std::string::npos);
  const auto unknown = alexnet({"summary", "lenet5", "--columns", "nothing"});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_NE(unknown.err.find("unknown column: nothing"), std::string::npos) << unknown.err;
}

TEST(CliDoctor, SaysWhatIsHere) {
  const auto outcome = alexnet({"doctor"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  for (const auto* word : {"processor", "threads", "memory", "disk", "backend reference", "flowers17", "libjpeg"}) {
    EXPECT_NE(outcome.out.find(word), std::string::npos) << word;
  }
}

TEST(CliDoctor, ChecksGradients) {
  const auto outcome = alexnet({"doctor", "--gradients", "lenet5", "--seconds", "2"});
  EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
  EXPECT_NE(outcome.out.find("conv1.weight"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.err.find("elements of each parameter"), std::string::npos) << outcome.err;
}

TEST(CliVersion, IsSaidEitherWay) {
  const auto start = std::chrono::steady_clock::now();
  const auto outcome = alexnet({"version"});
  const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - start;
  RecordProperty("milliseconds", std::to_string(time.count()));  // measured, not asserted: the machine may be busy
  EXPECT_TRUE(outcome.out.starts_with("alexnet ")) << outcome.out;
  EXPECT_EQ(alexnet({"--version"}).out, outcome.out);
}

}  // namespace
}  // namespace alexnet::testing
