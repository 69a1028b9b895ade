#include "alexnet/network/hybrid_summary.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "alexnet/core/error.h"

namespace alexnet {
namespace {

Network small_network() {
  return Network({.name = "small",
                  .input = {3, 8, 8},
                  .layers = {Conv2D{.name = "conv1", .filters = 4, .kernel = 3}, ReLU{"relu1"}, Flatten{"flat"},
                             Dense{.name = "fc2", .units = 12}, ReLU{"relu2"}, Dense{.name = "fc3", .units = 6},
                             Dense{.name = "fc4", .units = 5}}});
}

TEST(HybridSummary, SaysWhatARankHoldsAndSends) {
  const HybridSummary summary = summarize_hybrid(small_network(), 2);
  ASSERT_EQ(summary.parts.size(), 3U);
  EXPECT_EQ(summary.parts[0].parameters, 4 * 27 + 4);
  EXPECT_EQ(summary.parts[1].parameters, 6 * 144 + 6 + 3 * 12 + 3);  // half of the units
  EXPECT_EQ(summary.parts[1].first_layer, "fc2");
  EXPECT_TRUE(summary.parts[1].all_photos);
  EXPECT_EQ(summary.parts[2].parameters, 5 * 6 + 5);
  EXPECT_EQ(summary.summed, 112 + 35);
  EXPECT_EQ(summary.summed_by_data, 112 + 35 + 12 * 144 + 12 + 6 * 12 + 6);
  // Features there and their gradients back; halves of fc2 for both photos, twice; halves of fc3 there and back.
  EXPECT_EQ(summary.sent_per_photo, 2 * 144 + 2 * 2 * 6 + 2 * 3);
}

TEST(HybridSummary, IsATableAndADocument) {
  const HybridSummary summary = summarize_hybrid(small_network(), 2);
  const std::string table = to_table(summary, 0);
  EXPECT_NE(table.find("convolutions  conv1..flat  its own         112"), std::string::npos) << table;
  EXPECT_NE(table.find("sends 318 (1.3 kB) numbers"), std::string::npos) << table;
  const auto document = nlohmann::json::parse(to_json(summary));
  EXPECT_EQ(document["schema"], "alexnet.hybrid");
  EXPECT_EQ(document["parts"][1]["photos"], "all");
  EXPECT_EQ(document["floats_sent_per_photo"], 318);
  EXPECT_THROW(static_cast<void>(summarize_hybrid(small_network(), 5)), Error);
}

}  // namespace
}  // namespace alexnet
