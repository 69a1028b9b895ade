#include <fmt/format.h>
#include <gtest/gtest.h>

#include "cli/program.h"

namespace alexnet::testing {
namespace {

/// An idx file: type byte 8 (unsigned), number of dimensions, big-endian extents, data. Source: the MNIST page.
std::string idx(const std::vector<int>& extents, const std::string& data) {
  std::string out = {0, 0, 8, static_cast<char>(extents.size())};
  for (const int extent : extents) {
    for (const int shift : {24, 16, 8, 0}) {
      out += static_cast<char>(extent >> shift & 0xFF);
    }
  }
  return out + data;
}

/// A folder with mnist's four files, of so many pictures.
void make_mnist(const std::filesystem::path& folder, int train, int test) {
  for (const auto& [part, count] : {std::pair<std::string, int>{"train", train}, {"t10k", test}}) {
    std::string pixels;
    std::string labels;
    for (int i = 0; i < count; ++i) {
      // No two alike: equal photos go into one part together.
      pixels += fmt::format("{:08}", i) + std::string(28 * 28 - 8, static_cast<char>(i % 10 * 25));
      labels += static_cast<char>(i % 10);
    }
    write(folder / (part + "-images-idx3-ubyte"), idx({count, 28, 28}, pixels));
    write(folder / (part + "-labels-idx1-ubyte"), idx({count}, labels));
  }
}

class CliData : public ::testing::Test {
 protected:
  CliData() {
    setting_ = place_.setting();
    setting_.environment = {{"ALEXNET_HOME", (place_ / "home").string()}};
  }
  Workplace place_;
  Setting setting_;
};

TEST_F(CliData, ListSaysWhatIsHere) {
  const auto outcome = alexnet({"data", "list"}, setting_);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("alexnet data fetch flowers17"), std::string::npos) << outcome.out;
}

TEST_F(CliData, FetchTakesAFolderAndDoesNothingTwice) {
  make_mnist(place_ / "mine", 60000, 10000);  // the set is known by its size
  const auto fetched = alexnet({"data", "fetch", "mnist", "--from", "mine"}, setting_);
  ASSERT_EQ(fetched.status, 0) << fetched.err;
  EXPECT_NE(fetched.out.find("next: alexnet train mnist"), std::string::npos) << fetched.out;
  EXPECT_EQ(alexnet({"data", "fetch", "mnist"}, setting_).out, fetched.out);
  EXPECT_NE(alexnet({"data", "list"}, setting_).out.find("here: "), std::string::npos);
}

TEST_F(CliData, FetchGoesWhereItIsTold) {
  make_mnist(place_ / "mine", 60000, 10000);
  const auto outcome = alexnet({"data", "fetch", "mnist", "--from", "mine", "--to", "there", "--json"}, setting_);
  ASSERT_EQ(outcome.status, 0) << outcome.out;
  EXPECT_EQ(outcome.json().at("next"), "alexnet train there");
  EXPECT_TRUE(std::filesystem::exists(place_ / "there"));
}

TEST_F(CliData, PhotosThatAreNoFilesTrainAndNameANextCommandThatWorks) {
  make_mnist(place_ / "mine", 300, 40);
  const auto trained =
      alexnet({"train", "mine", "--network", "lenet5", "--epochs", "1", "--batch", "8", "--run", "run"}, setting_);
  ASSERT_EQ(trained.status, 0) << trained.err;
  ASSERT_NE(trained.out.find("next: alexnet evaluate run\n"), std::string::npos) << trained.out;
  const auto evaluated = alexnet({"evaluate", "run"}, setting_);
  EXPECT_EQ(evaluated.status, 0) << evaluated.err;
}

TEST_F(CliData, AnArchiveThatIsNoneIsNamed) {
  write(place_ / "17flowers.tgz", std::string("not an archive"));
  const auto outcome = alexnet({"data", "fetch", "flowers17", "--from", "17flowers.tgz"}, setting_);
  EXPECT_EQ(outcome.status, 3) << outcome.err;
  EXPECT_NE(outcome.err.find("17flowers.tgz"), std::string::npos);
}

}  // namespace
}  // namespace alexnet::testing
