#include "alexnet/network/rewrites/towers.h"

#include <numeric>

#include <gtest/gtest.h>

#include "alexnet/models/models.h"

namespace alexnet {
namespace {

std::int64_t sent_elements(const Network& tower) {
  const auto all = exchanges(tower);
  return std::accumulate(all.begin(), all.end(), std::int64_t{0},
                         [](std::int64_t sum, const Exchange& e) { return sum + e.elements; });
}

TEST(TowersOf2012, HoldAndSendWhatThePaperGivesEachCard) {
  const Network whole = models::alexnet_2012();
  const Network first = split(whole, 0, 2);
  const Network second = split(whole, 1, 2);
  // Computed from AlexNet-Source-Code, layers/layers-145.cfg: each card's own weights, and the halves of pool2
  // (21,632), pool5 (4,608), fc6 (2,048) and, one way, fc7 (2,048).
  EXPECT_EQ(first.parameter_count(), 32531112);
  EXPECT_EQ(second.parameter_count(), 28434112);
  EXPECT_EQ(sent_elements(first), 28288);
  EXPECT_EQ(sent_elements(second), 30336);
  EXPECT_TRUE(merge(first) == whole);
}

}  // namespace
}  // namespace alexnet
