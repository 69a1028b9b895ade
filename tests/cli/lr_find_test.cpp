#include <gtest/gtest.h>

#include "cli/trained_fixture.h"

namespace alexnet::testing {
namespace {

using CliLrFind = TrainedTest;

const std::vector<std::string> kSearch = {"lr-find", "photos", "--network", "lenet5", "--batch",  "8",
                                          "--steps", "40",     "--highest", "100",    "--lowest", "1e-4"};

TEST_F(CliLrFind, SaysTheRateAndWhyAndWritesTheCurve) {
  const auto outcome = alexnet(kSearch, here());
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("suggested rate: "), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("The loss was least at a rate of "), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("next: alexnet train photos --rate "), std::string::npos) << outcome.out;
  EXPECT_TRUE(read(place() / "lr-find/lr-find.csv").starts_with("rate,loss,smoothed\n0.0001,"));
  EXPECT_NE(read(place() / "lr-find/lr-find.svg").find("</svg>"), std::string::npos);
}

TEST_F(CliLrFind, JsonHoldsTheCurve) {
  const auto outcome = alexnet(kSearch + std::vector<std::string>{"--json", "--to", "other"}, here());
  EXPECT_EQ(outcome.err, "");
  const auto document = outcome.json();
  EXPECT_EQ(document["schema"], "alexnet.lr_find");
  EXPECT_GT(document["points"].size(), 5U);
  EXPECT_EQ(document["points"][0]["rate"], 1e-4);
  EXPECT_EQ(document["files"][1], "other/lr-find.csv");
  EXPECT_FALSE(document["reason"].get<std::string>().empty());
}

TEST_F(CliLrFind, RefusesARangeThatDoesNotRise) {
  const auto outcome = alexnet(kSearch + std::vector<std::string>{"--lowest", "1000"}, here());
  EXPECT_EQ(outcome.status, 2);
  EXPECT_NE(outcome.err.find("lowest"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace alexnet::testing
