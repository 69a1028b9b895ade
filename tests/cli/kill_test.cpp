#include <gtest/gtest.h>

#include "cli/kill_runs.h"

namespace alexnet::testing {
namespace {

TEST(CliKill, ThreeKillsChangeNothing) { expect_kills_change_nothing(3, 1); }

}  // namespace
}  // namespace alexnet::testing
