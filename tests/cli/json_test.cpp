#include <gtest/gtest.h>

#include "cli/trained_fixture.h"

/// `2>&1 | jq .` works for every command, failing ones included.
namespace alexnet::testing {
namespace {

using CliJson = TrainedTest;

struct JsonCase {
  std::vector<std::string> words;
  int status;
};

TEST_F(CliJson, EveryCommandPrintsOneDocument) {
  const std::vector<JsonCase> cases = {{{"summary", "lenet5"}, 0},
                                       {{"summary", "lenet5", "--compare", "tutorial"}, 0},
                                       {{"summary", "alexnet-2012", "--parallel", "towers"}, 0},
                                       {{"summary", "alexnet-owt", "--parallel", "hybrid"}, 0},
                                       {{"summary", "lenet6"}, 2},
                                       {{"merge", "nothing", "--to", "model"}, 3},
                                       {{"data", "list"}, 0},
                                       {{"data", "fetch", "nothing"}, 2},
                                       {{"check", "photos"}, 0},
                                       {{"check", "nothing"}, 3},
                                       {{"evaluate", "run"}, 0},
                                       {{"evaluate", "nothing"}, 3},
                                       {{"predict", "run", "rose.png"}, 0},
                                       {{"predict", "run", "nothing.png"}, 3},
                                       {{"predict", "nothing", "rose.png"}, 3},
                                       {{"explain", "run", "rose.png"}, 0},
                                       {{"explain", "run", "nothing.png"}, 3},
                                       {{"explain", "run", "rose.png", "--layer", "nothing"}, 2},
                                       {{"card", "run"}, 0},
                                       {{"card", "nothing"}, 3},
                                       {{"train", "nothing"}, 3},
                                       {{"train", "photos", "--backend", "cuda"}, 4},
                                       {{"bench", "lenet5", "--batch", "1", "--steps", "1"}, 0},
                                       {{"bench", "nothing"}, 2},
                                       {{"doctor"}, 0},
                                       {{"doctor", "--gradients", "nothing"}, 2},
                                       {{"help"}, 0},
                                       {{"help", "train"}, 0},
                                       {{"help", "nothing"}, 2},
                                       {{"completion", "bash"}, 0},
                                       {{"completion", "csh"}, 2},
                                       {{"man"}, 0},
                                       {{"version"}, 0},
                                       {{"version", "--nothing"}, 2},
                                       {{"nothing"}, 2},
                                       {{}, 0}};
  auto setting = here();
  setting.one_stream = true;
  for (const auto& [words, status] : cases) {
    SCOPED_TRACE(words.empty() ? "" : words.front() + " " + words.back());
    const auto outcome = alexnet(words + std::vector<std::string>{"--json"}, setting);
    EXPECT_EQ(outcome.status, status) << outcome.out;
    const auto document = nlohmann::ordered_json::parse(outcome.out, nullptr, false);
    ASSERT_FALSE(document.is_discarded()) << outcome.out;
    EXPECT_EQ(document.begin().key(), "schema");
    EXPECT_TRUE(document["schema"].get<std::string>().starts_with("alexnet."));
    EXPECT_EQ(document["version"], 1);
  }
}

TEST_F(CliJson, AnErrorHasItsFourFields) {
  const auto error = alexnet({"summary", "alexnet-2013", "--json"}).json()["error"];
  EXPECT_EQ(error["code"], "network-unknown");
  EXPECT_EQ(error["where"], "alexnet-2013");
  EXPECT_NE(error["hint"].get<std::string>().find("alexnet-2012"), std::string::npos);
  EXPECT_FALSE(error["message"].get<std::string>().empty());
}

TEST_F(CliJson, SummaryHasTheContractsNames) {
  const auto document = alexnet({"summary", "alexnet-2012", "--json"}).json();
  // Totals: those of the golden tables in tests/models/.
  EXPECT_EQ(document["totals"]["parameters"], 60965224);
  EXPECT_EQ(document["totals"]["macs"], 724406816);
  for (const auto* key : {"name", "kind", "output", "parameters", "trainable", "macs"}) {
    EXPECT_TRUE(document["layers"][0].contains(key)) << key;
  }
}

}  // namespace
}  // namespace alexnet::testing
