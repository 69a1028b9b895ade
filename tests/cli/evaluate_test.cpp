#include <gtest/gtest.h>

#include "cli/trained_fixture.h"

namespace alexnet::testing {
namespace {

using CliEvaluate = TrainedTest;

TEST_F(CliEvaluate, ARunIsMeasuredOnItsOwnHeldOutPhotos) {
  const auto outcome = alexnet({"evaluate", "run"}, here());
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("part test"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("95 % interval"), std::string::npos);
  EXPECT_NE(outcome.out.find("precision"), std::string::npos);
}

TEST_F(CliEvaluate, ItsNumbersAreThoseOfTheTraining) {
  const auto evaluated = alexnet({"evaluate", "run", "--json", "--threads", "1"}, here()).json();
  const auto run = nlohmann::json::parse(read(place() / "run/run.json"));
  EXPECT_EQ(evaluated["count"], run["result"]["count"]);
  EXPECT_EQ(evaluated["top1"], run["result"]["top1"]);
  EXPECT_NEAR(evaluated["loss"].get<double>(), run["result"]["loss"].get<double>(), 1e-5);
  for (const auto* key : {"schema", "version", "count", "top1", "top5", "loss", "classes", "confusion"}) {
    EXPECT_TRUE(evaluated.contains(key)) << key;
  }
}

TEST_F(CliEvaluate, AFolderIsMeasuredWhole) {
  const auto document = alexnet({"evaluate", "run/model.safetensors", "photos", "--json"}, here()).json();
  EXPECT_EQ(document["count"], 48);
  EXPECT_EQ(document["part"], "all");
}

TEST_F(CliEvaluate, APartOfTheRun) {
  const auto train = alexnet({"evaluate", "run", "--split", "train", "--json"}, here()).json();
  const auto all = alexnet({"evaluate", "run", "--split", "all", "--json"}, here()).json();
  EXPECT_GT(train["count"].get<int>(), 20);
  EXPECT_EQ(all["count"], 48);
}

TEST_F(CliEvaluate, MinTop1IsAGate) {
  EXPECT_EQ(alexnet({"evaluate", "run", "--split", "all", "--min-top1", "0"}, here()).status, 0);
  // A rate this small leaves the network as it began: it cannot be right everywhere.
  const auto untrained = alexnet(small_training("untrained", 1) + std::vector<std::string>{"--rate", "1e-12"}, here());
  ASSERT_EQ(untrained.status, 0) << untrained.err;
  const auto outcome = alexnet({"evaluate", "untrained", "--split", "all", "--min-top1", "1"}, here());
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("error: top-1 is below what was asked"), std::string::npos) << outcome.err;
  const auto json = alexnet({"evaluate", "untrained", "--split", "all", "--min-top1", "1", "--json"}, here());
  EXPECT_EQ(json.status, 1);
  EXPECT_FALSE(json.json()["min_top1"]["reached"].get<bool>());
}

TEST_F(CliEvaluate, ASubsetOfTheClassesKeepsTheirNumbers) {
  const Workplace w;
  for (int i = 0; i < 4; ++i) {
    write(w / ("some/rose/" + std::to_string(i) + ".png"), tiny_photo(1, i));
    write(w / ("some/tulip/" + std::to_string(i) + ".png"), tiny_photo(2, i));
  }
  const auto document = alexnet({"evaluate", "run", (w / "some").string(), "--json"}, here()).json();
  EXPECT_EQ(document["classes"].size(), 3U);
  EXPECT_EQ(document["classes"][0]["support"], 0);
  EXPECT_EQ(document["classes"][1]["support"], 4);
}

TEST_F(CliEvaluate, AClassThatTheModelDoesNotKnowIsNamed) {
  const Workplace w;
  write(w / "other/rose/1.png", tiny_photo(1, 1));
  write(w / "other/violet/1.png", tiny_photo(2, 1));
  const auto outcome = alexnet({"evaluate", "run", (w / "other").string()}, here());
  EXPECT_EQ(outcome.status, 3);
  EXPECT_NE(outcome.err.find("violet"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace alexnet::testing
