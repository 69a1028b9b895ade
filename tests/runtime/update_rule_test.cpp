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
}

}  // namespace
}  // namespace alexnet
