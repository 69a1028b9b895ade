#include <cstdio>

#include <gtest/gtest.h>

#include "cli/trained_fixture.h"

namespace alexnet::testing {
namespace {

namespace fs = std::filesystem;
using CliCard = TrainedTest;

TEST_F(CliCard, ATrainingEndsWithIt) {
  EXPECT_NE(training().out.find("model_card.html"), std::string::npos) << training().out;
  const auto card = read(place() / "run/model_card.md");
  const auto run = nlohmann::json::parse(read(place() / "run/run.json"));
  const auto value = [&](const char* name, double number) {
    const auto text = std::string(name) + "\n      value: ";
    const auto at = card.find(text);
    ASSERT_NE(at, std::string::npos) << name;
    EXPECT_EQ(std::stod(card.substr(at + text.size())), number) << name;
  };
  value("Top-1 accuracy", run["result"]["top1"]);
  value("Top-5 accuracy", run["result"]["top5"]);
  value("Loss", run["result"]["loss"]);
  // Each class as `evaluate` has it.
  const auto classes = alexnet({"evaluate", "run", "--json"}, here()).json()["classes"];
  for (const auto& each : classes) {
    const auto percent = [&](const char* key) {
      char text[16];
      std::snprintf(text, sizeof(text), "%.1f %%", 100 * each[key].get<double>());
      return std::string(text);
    };
    const auto row = "| " + each["name"].get<std::string>() + " | " + std::to_string(each["support"].get<int>()) +
                     " | " + percent("recall") + " | ";
    const auto at = card.find(row);
    ASSERT_NE(at, std::string::npos) << row;
    const auto line = card.substr(at, card.find('\n', at) - at);
    EXPECT_TRUE(line.ends_with(percent("precision") + " | " + percent("f1") + " |")) << line;
  }
}

TEST_F(CliCard, TheModelFileCarriesIt) {
  const Workplace w;
  const auto to = (w / "card").string();
  const auto outcome = alexnet({"card", "run/model.safetensors", "--to", to, "--json"}, here());
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.json()["schema"], "alexnet.card");
  EXPECT_EQ(outcome.json()["files"].size(), 3U);
  EXPECT_NE(read(fs::path(to) / "model_card.md").find("model-index"), std::string::npos);
  EXPECT_NE(read(fs::path(to) / "model_card.zh.md").find("局限"), std::string::npos);
}

TEST_F(CliCard, OfARunItIsMadeAnew) {
  const Workplace w;
  const auto to = (w / "card").string();
  EXPECT_EQ(alexnet({"card", "run", "--to", to}, here()).status, 0);
  EXPECT_EQ(read(fs::path(to) / "model_card.html"), read(place() / "run/model_card.html"));
  EXPECT_EQ(alexnet({"card"}, here()).status, 2);
  EXPECT_EQ(alexnet({"card", "nothing.safetensors"}, here()).status, 3);
}

}  // namespace
}  // namespace alexnet::testing
