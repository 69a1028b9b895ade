#include <gtest/gtest.h>

#include "cli/program.h"
#include "cli/tower_fixture.h"

namespace alexnet::testing {
namespace {

TEST(CliMerge, MakesTheModelOfItsTowers) {
  const Workplace place;
  const Checkpoint whole = write_grouped_towers(place / "run");
  const std::vector<std::string> words = {"merge", "run/last.1.safetensors", "run/last.0.safetensors", "--to",
                                          "model.safetensors"};
  const Outcome outcome = alexnet(words, place.setting());
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "model.safetensors\n");
  const Model merged = read_model(place / "model.safetensors");
  EXPECT_TRUE(merged.network == whole.model.network);
  EXPECT_EQ(merged.weights, whole.model.weights);
  EXPECT_EQ(merged.classes, whole.model.classes);

  write(place / "photo.png", tiny_photo(1, 1));
  const auto answer = alexnet({"predict", "model.safetensors", "photo.png", "--json"}, place.setting()).json();
  EXPECT_EQ(answer["predictions"].size(), 1);
  const auto document = alexnet(words + std::vector<std::string>{"--json"}, place.setting()).json();
  EXPECT_EQ(document["schema"], "alexnet.merge");
  EXPECT_EQ(document["parameters"], whole.model.network.parameter_count());
}

TEST(CliMerge, SaysWhatItWouldWriteAndWhatIsMissing) {
  const Workplace place;
  write_grouped_towers(place / "run");
  const std::vector<std::string> towers = {"run/last.0.safetensors", "run/last.1.safetensors"};
  const std::vector<std::string> words = std::vector<std::string>{"merge"} + towers;
  const Outcome dry =
      alexnet(words + std::vector<std::string>{"--to", "model.safetensors", "--dry-run"}, place.setting());
  EXPECT_EQ(dry.out, "would write model.safetensors\n");
  EXPECT_FALSE(std::filesystem::exists(place / "model.safetensors"));
  EXPECT_EQ(alexnet({"merge", "--to", "model.safetensors"}, place.setting()).status, 2);
  EXPECT_EQ(alexnet({"merge", towers[0], "--to", "model.safetensors"}, place.setting()).status, 3);
  EXPECT_EQ(alexnet({"merge", "nothing", "--to", "model.safetensors"}, place.setting()).status, 3);
}

TEST(CliSummary, ShowsTowers) {
  const auto document = alexnet({"summary", "alexnet-2012", "--parallel", "towers", "--json"}).json();
  // Computed from AlexNet-Source-Code, layers/layers-145.cfg.
  EXPECT_EQ(document["towers"][0]["parameters"], 32531112);
  EXPECT_EQ(document["towers"][1]["parameters"], 28434112);
  EXPECT_EQ(document["towers"][0]["floats_sent_forward"], 28288);
  EXPECT_EQ(document["towers"][1]["floats_sent_forward"], 30336);
  const Outcome table = alexnet({"summary", "alexnet-2012", "--parallel", "towers"});
  EXPECT_NE(table.out.find("21,632 to each other"), std::string::npos) << table.out;
  EXPECT_EQ(alexnet({"summary", "torchvision", "--parallel", "towers"}).status, 2);
  EXPECT_EQ(alexnet({"summary", "alexnet-2012", "--parallel", "towers", "--csv"}).status, 2);
}

TEST(CliSummary, ShowsWhatARankOfAHybridHas) {
  const auto document = alexnet({"summary", "torchvision", "--parallel", "hybrid", "--ranks", "4", "--json"}).json();
  EXPECT_EQ(document["parts"][1]["parameters"], (9216 * 4096 + 4096 + 4096 * 4096 + 4096) / 4);
  EXPECT_EQ(document["gradients_summed"], 6566696);
  const Outcome table = alexnet({"summary", "torchvision", "--parallel", "hybrid"});
  EXPECT_NE(table.out.find("takes part in the sums of 6,566,696 (26.3 MB) gradients."), std::string::npos) << table.out;
  EXPECT_EQ(alexnet({"summary", "torchvision", "--parallel", "hybrid", "--ranks", "3"}).status, 2);
}

}  // namespace
}  // namespace alexnet::testing
