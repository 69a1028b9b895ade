#include <algorithm>

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

TEST_F(CliEvaluate, AClassThatTheModelDoesNotKnowIsNamedWithBothSides) {
  const Workplace w;
  write(w / "other/rose/1.png", tiny_photo(1, 1));
  write(w / "other/violet/1.png", tiny_photo(2, 1));
  const auto outcome = alexnet({"evaluate", "run", (w / "other").string()}, here());
  EXPECT_EQ(outcome.status, 3);
  EXPECT_NE(outcome.err.find("expected the classes of run (daisy, rose, tulip)"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("folders rose, violet; classes that it does not know: violet"), std::string::npos);
  EXPECT_NE(outcome.err.find("--classes FILE"), std::string::npos);
}

TEST_F(CliEvaluate, FoldersOfOtherNamesAreMapped) {
  const Workplace w;
  for (int i = 0; i < 4; ++i) {
    write(w / ("other/Rosa/" + std::to_string(i) + ".png"), tiny_photo(1, i));
    write(w / ("other/wild, red/" + std::to_string(i) + ".png"), tiny_photo(1, 4 + i));
    write(w / ("other/tulip/" + std::to_string(i) + ".png"), tiny_photo(2, i));
  }
  write(w / "map.csv", std::string("folder,class\nRosa,rose\n\"wild, red\",rose\n"));
  const auto photos = (w / "other").string();
  const auto evaluate = [&](const std::string& map) {
    return alexnet({"evaluate", "run", photos, "--json", "--classes", (w / map).string()}, here());
  };
  const auto document = evaluate("map.csv").json();
  EXPECT_EQ(document["classes"][1]["support"], 8);
  EXPECT_EQ(document["classes"][2]["support"], 4);

  write(w / "typo.csv", std::string("folder,class\nRosen,rose\n"));
  EXPECT_EQ(evaluate("typo.csv").status, 3);
  EXPECT_NE(evaluate("typo.csv").out.find("Rosen"), std::string::npos);
  write(w / "unknown.csv", std::string("folder,class\nRosa,rosa\n\"wild, red\",rose\n"));
  EXPECT_NE(evaluate("unknown.csv").out.find("rosa (for folder Rosa)"), std::string::npos);
  write(w / "twice.csv", std::string("folder,class\nRosa,rose\nRosa,tulip\n"));
  EXPECT_NE(evaluate("twice.csv").out.find("each folder once"), std::string::npos);
  write(w / "header.csv", std::string("a,b\n"));
  EXPECT_NE(evaluate("header.csv").out.find("folder,class"), std::string::npos);
  EXPECT_EQ(evaluate("nothing.csv").status, 3);
  EXPECT_EQ(alexnet({"evaluate", "run", "--classes", (w / "map.csv").string()}, here()).status, 2);
}

TEST_F(CliEvaluate, MeansPairsAndCalibrationStandInBothForms) {
  const auto document = alexnet({"evaluate", "run", "--split", "all", "--json"}, here()).json();
  for (const auto* key : {"macro", "weighted", "confused", "calibration"}) {
    EXPECT_TRUE(document.contains(key)) << key;
  }
  EXPECT_EQ(document["weighted"]["recall"], document["top1"]);
  EXPECT_EQ(document["calibration"]["before"]["bins"].size(), 15U);
  EXPECT_NEAR(document["calibration"]["before"]["nll"].get<double>(), document["loss"].get<double>(), 1e-9);
  EXPECT_FALSE(document["calibration"].contains("after"));  // 7 photos of val are too few for a temperature
  const auto words = alexnet({"evaluate", "run", "--split", "all"}, here()).out;
  EXPECT_NE(words.find("\nweighted mean "), std::string::npos) << words;
  EXPECT_NE(words.find("without temperature     ECE "), std::string::npos) << words;
}

TEST_F(CliEvaluate, TablesGoToAFolder) {
  const Workplace w;
  const auto folder = (w / "tables").string();
  ASSERT_EQ(alexnet({"evaluate", "run", "--split", "all", "--csv", folder}, here()).status, 0);
  const auto predictions = read(w / "tables/predictions.csv");
  EXPECT_TRUE(predictions.starts_with("path,part,label,predicted,probability,label_probability,loss,calibrated,"));
  EXPECT_EQ(std::ranges::count(predictions, '\n'), 1 + 48);
  EXPECT_NE(predictions.find("\nrose/10.png,all,rose,"), std::string::npos);
  EXPECT_TRUE(read(w / "tables/classes.csv").starts_with("class,precision,recall,f1,support\ndaisy,"));
  EXPECT_TRUE(read(w / "tables/confusion.csv").starts_with("class,daisy,rose,tulip\ndaisy,"));
}

}  // namespace
}  // namespace alexnet::testing
