#include <cmath>
#include <filesystem>

#include <gtest/gtest.h>

#include "cli/trained_fixture.h"

namespace alexnet::testing {
namespace {

/// Beside `run`: `second`, another seed on the same photos; `shuffled`, another split; `tight`, without room for views;
/// `two`, other classes.
class CliEnsemble : public TrainedTest {
 protected:
  static void SetUpTestSuite() { set_up_once("ensemble", train_five); }

  static void train_five(const std::filesystem::path& folder) {
    ASSERT_NO_FATAL_FAILURE(train_small(folder));
    const auto train = [&](const std::vector<std::string>& words) {
      const auto outcome = alexnet(words, {.folder = folder});
      ASSERT_EQ(outcome.status, 0) << outcome.err;
    };
    train(small_training("second", 1) + std::vector<std::string>{"--seed", "5"});
    train(small_training("shuffled", 1) + std::vector<std::string>{"--split", "shuffle", "--split-train", "0.8",
                                                                   "--split-val", "0.2", "--split-test", "0"});
    train(small_training("tight", 1) + std::vector<std::string>{"--crop", "center"});
    for (int i = 0; i < 8; ++i) {
      write(folder / ("others/rose/" + std::to_string(i) + ".png"), tiny_photo(1, i));
      write(folder / ("others/tulip/" + std::to_string(i) + ".png"), tiny_photo(2, i));
    }
    train(
        {"train", "others", "--network", "lenet5", "--batch", "4", "--epochs", "1", "--threads", "1", "--run", "two"});
  }

  static Outcome evaluate(const std::vector<std::string>& words) {
    return alexnet(std::vector<std::string>{"evaluate"} + words, here());
  }
  static nlohmann::json measure(const std::vector<std::string>& words) {
    return evaluate(words + std::vector<std::string>{"--json"}).json();
  }
  static void expect_error(const Outcome& outcome, int status, const std::string& words) {
    EXPECT_EQ(outcome.status, status) << outcome.err;
    EXPECT_NE(outcome.err.find(words), std::string::npos) << outcome.err;
  }
};

TEST_F(CliEnsemble, ViewsOfEvaluateAreThoseOfPredict) {
  const Workplace w;
  write(w / "some/rose/1.png", tiny_photo(1, 700));
  write(w / "some/tulip/1.png", tiny_photo(2, 700));
  for (const std::string views : {"center", "ten", "nine"}) {
    const auto document = measure({"run", (w / "some").string(), "--views", views});
    EXPECT_EQ(document["views"], views);
    EXPECT_EQ(document["count"], 2);
    double loss = 0;
    for (const std::string name : {"rose", "tulip"}) {
      const auto photo = (w / ("some/" + name + "/1.png")).string();
      const auto predicted = alexnet({"predict", "run", photo, "--views", views, "--json"}, here()).json();
      for (const auto& c : predicted["predictions"][0]["classes"]) {
        loss -= c["name"] == name ? std::log(c["probability"].get<double>()) / 2 : 0;
      }
    }
    EXPECT_NEAR(document["loss"].get<double>(), loss, 1e-5) << views;
  }
  EXPECT_NE(measure({"run", "--views", "ten"})["loss"], measure({"run"})["loss"]);
  EXPECT_NE(measure({"run", "--views", "nine"})["loss"], measure({"run", "--views", "ten"})["loss"]);
}

TEST_F(CliEnsemble, ViewsNeedRoom) {
  expect_error(evaluate({"tight", "--views", "ten"}), 2, "option views ten cannot be used");
  expect_error(evaluate({"run", "tight", "--views", "nine"}), 2, "28x28 of a square of 28");
  expect_error(alexnet({"predict", "tight", "rose.png", "--views", "ten"}, here()), 2, "--crop random");
  expect_error(evaluate({"run", "--views", "eleven"}), 2, "option --views cannot be used");
  EXPECT_EQ(evaluate({"tight", "--views", "center"}).status, 0);
}

TEST_F(CliEnsemble, SeveralModelsAnswerTogether) {
  const auto a = measure({"run", "photos"});
  const auto b = measure({"second/model.safetensors", "photos"});
  const auto both = measure({"run", "second/model.safetensors", "photos"});
  EXPECT_EQ(both["models"], (nlohmann::json{"run", "second/model.safetensors"}));
  EXPECT_EQ(both["weights"], (nlohmann::json{0.5, 0.5}));
  EXPECT_EQ(both["count"], 48);
  // -log is convex: the loss of the mean is below the mean of the losses.
  EXPECT_LT(both["loss"].get<double>(), (a["loss"].get<double>() + b["loss"].get<double>()) / 2);
  const auto first = measure({"run", "second", "photos", "--weights", "2,0"});
  EXPECT_EQ(first["weights"], (nlohmann::json{1.0, 0.0}));
  EXPECT_NEAR(first["loss"].get<double>(), a["loss"].get<double>(), 1e-9);
  EXPECT_EQ(first["confusion"], a["confusion"]);
  EXPECT_EQ(measure({"run"})["models"], nlohmann::json{"run"});
}

TEST_F(CliEnsemble, RunsAreMeasuredOnWhatTheFirstHeldOut) {
  const auto words = evaluate({"run", "second"});
  EXPECT_EQ(words.status, 0) << words.err;
  EXPECT_TRUE(words.out.starts_with("2 models together on ")) << words.out;
  EXPECT_NE(words.out.find("part test"), std::string::npos) << words.out;
  EXPECT_NE(words.out.find("weight 0.500  second (lenet5)"), std::string::npos) << words.out;
  EXPECT_EQ(measure({"run", "second"})["count"], measure({"run"})["count"]);
}

TEST_F(CliEnsemble, ARunThatTrainedOnThemIsRefused) {
  expect_error(evaluate({"run", "shuffled"}), 2, "among its training photos");
  EXPECT_EQ(evaluate({"run", "shuffled", "photos"}).status, 0);  // a folder that was named is the user's choice
}

TEST_F(CliEnsemble, SearchedWeightsAreNoWorseOnVal) {
  const auto found = measure({"run", "second", "--weights", "search"});
  EXPECT_EQ(found["part"], "test");
  EXPECT_NEAR(found["weights"][0].get<double>() + found["weights"][1].get<double>(), 1, 1e-12);
  const auto& there = found["weights_searched_on"];
  const auto equal = measure({"run", "second", "--split", "val"});
  EXPECT_EQ(there["part"], "val");
  EXPECT_EQ(there["count"], equal["count"]);
  EXPECT_GE(there["top1"], equal["top1"]);
  if (there["top1"] == equal["top1"]) {
    EXPECT_LE(there["loss"], equal["loss"]);
  }
  EXPECT_EQ(measure({"run", "second", "--weights", "search"}), found);
  EXPECT_NE(evaluate({"run", "second", "--weights", "search"}).out.find("weights searched on "), std::string::npos);
}

TEST_F(CliEnsemble, ThreadsChangeNothingOnTheReferenceBackend) {
  const std::vector<std::string> words = {"run", "second", "--views", "ten", "--backend", "reference", "--threads"};
  EXPECT_EQ(measure(words + std::vector<std::string>{"1"}), measure(words + std::vector<std::string>{"3"}));
}

TEST_F(CliEnsemble, APhotoThatCannotBeReadIsLeftOutOnce) {
  const Workplace w;
  write(w / "some/rose/1.png", tiny_photo(1, 700));
  write(w / "some/rose/broken.png", std::string("no picture at all"));
  write(w / "some/tulip/1.png", tiny_photo(2, 700));
  const auto document = measure({"run", "second", (w / "some").string()});
  EXPECT_EQ(document["count"], 2);
  EXPECT_EQ(document["skipped"].size(), 1U);
}

TEST_F(CliEnsemble, WrongWeightsAreRefused) {
  const std::string expected = "expected a weight of 0 or more for each of 2 models, not all 0";
  for (const std::string weights : {"1", "1,2,3", "-1,2", "0,0", "nan,1"}) {
    expect_error(evaluate({"run", "second", "--weights=" + weights}), 2, expected);
  }
  expect_error(evaluate({"run", "second", "--weights", "1,much"}), 2, "numbers with commas between them");
}

TEST_F(CliEnsemble, ModelsMustHaveTheSameClasses) {
  const auto outcome = evaluate({"run", "two"});
  expect_error(outcome, 3, "the classes differ: two");
  EXPECT_NE(outcome.err.find("expected 3 classes, as in run, got 2"), std::string::npos) << outcome.err;
}

TEST_F(CliEnsemble, SearchNeedsPhotosOfVal) {
  expect_error(evaluate({"run/model.safetensors", "second/model.safetensors", "photos", "--weights", "search"}), 2,
               "a run with photos of the part val");
}

TEST_F(CliEnsemble, WordsThatAreNeitherModelNorPhotosAreNamed) {
  expect_error(evaluate({"run", "nothing.safetensors", "photos"}), 3, "no such file: nothing.safetensors");
  expect_error(evaluate({"run", "second", "nowhere"}), 3, "no such folder: nowhere");
  expect_error(evaluate({"run/model.safetensors", "second/model.safetensors"}), 2, "missing: FOLDER|SET");
}

}  // namespace
}  // namespace alexnet::testing
