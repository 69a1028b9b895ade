#include "alexnet/network/tower_summary.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/grouped.h"

namespace alexnet {
namespace {

using testing_support::grouped_network;

TEST(TowerSummary, SaysWhoComputesWhatAndWhatCrosses) {
  const std::string table = to_table(summarize_towers(grouped_network(), 2), 0);
  // 9 x (20 x 3 x 3) + 9 parameters, each used at 4x4 pixels (biases not counted).
  EXPECT_NE(table.find("conv3      conv2d      all       9x4x4       1,629   25,920  160 to each other\n"),
            std::string::npos)
      << table;
  EXPECT_NE(table.find("fc8        dense       0             5         135      130  13 to tower 0\n"),
            std::string::npos)
      << table;
  EXPECT_EQ(table.find("gather"), std::string::npos);
}

TEST(TowerSummary, TotalsAddUp) {
  const Network network = grouped_network(3);
  const TowerSummary summary = summarize_towers(network, 3);
  ASSERT_EQ(summary.towers.size(), 3);
  std::int64_t parameters = 0;
  std::int64_t macs = 0;
  for (const TowerTotals& tower : summary.towers) {
    parameters += tower.parameters;
    macs += tower.macs;
  }
  EXPECT_EQ(parameters, network.parameter_count());
  EXPECT_EQ(macs, network.macs());
  // Halves of pool2 (10x4x4), of the flattened maps (28) and of fc6 (15) to two others each; that of fc7 (13) to tower
  // 0.
  EXPECT_EQ(summary.towers[0].sent_forward, 2 * (160 + 28 + 15));
  EXPECT_EQ(summary.towers[2].sent_forward, 2 * (160 + 28 + 15) + 13);
  EXPECT_EQ(summary.towers[0].sent_backward, 2 * (160 + 28 + 15) + 2 * 13);
  EXPECT_EQ(summary.towers[1].sent_backward, 2 * (160 + 28 + 15));
}

TEST(TowerSummary, JsonHoldsRowsAndTowers) {
  const auto document = nlohmann::json::parse(to_json(summarize_towers(grouped_network(), 2)));
  EXPECT_EQ(document["schema"], "alexnet.towers");
  EXPECT_EQ(document["layers"].size(), grouped_network().layers().size());
  EXPECT_EQ(document["towers"][1]["floats_sent_forward"], 160 + 28 + 15 + 13);
  EXPECT_EQ(document["layers"].back()["towers"], "0");
}

}  // namespace
}  // namespace alexnet
