#include "alexnet/runtime/update_rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace alexnet {
namespace {

using testing::ElementsAre;

// Names of update_rule.h: checkpoints are read by them.
TEST(UpdateRule, NamesItsSlots) {
  EXPECT_THAT(slots_of(Sgd{}), ElementsAre("momentum"));
  EXPECT_THAT(slots_of(Sgd{.rate_inside = false}), ElementsAre("momentum"));
  EXPECT_THAT(slots_of(Adam{}), ElementsAre("adam_m", "adam_v"));
  EXPECT_THAT(slots_of(Lars{}), ElementsAre("momentum"));
}

TEST(UpdateRule, GivesNoTrustRatioToBiasesAndVectors) {
  const auto parameter = [](const std::string& name, const Shape& shape) {
    ParameterSpec spec;
    spec.name = name;
    spec.shape = shape;
    return spec;
  };
  EXPECT_TRUE(has_trust_ratio(parameter("fc.weight", {2, 3})));
  EXPECT_FALSE(has_trust_ratio(parameter("bn.weight", {3})));
  EXPECT_FALSE(has_trust_ratio(parameter("local.bias", {4, 2, 2})));
}

TEST(UpdateRule, ForgetsTheFirstWeightsOfAnAverageSoon) {
  EXPECT_DOUBLE_EQ(kept_average(0.99, 0), 0.1);
  EXPECT_DOUBLE_EQ(kept_average(0.99, 8), 0.5);
  EXPECT_DOUBLE_EQ(kept_average(0.99, 100000), 0.99);
}

}  // namespace
}  // namespace alexnet
