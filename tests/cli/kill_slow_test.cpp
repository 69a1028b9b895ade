#include <gtest/gtest.h>

#include "cli/kill_runs.h"

namespace alexnet::testing {
namespace {

TEST(CliKill, FiftyKillsChangeNothing) { expect_kills_change_nothing(50, 2); }

}  // namespace
}  // namespace alexnet::testing
