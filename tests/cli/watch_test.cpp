#include <csignal>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/trained_fixture.h"

namespace alexnet::testing {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

class CliWatch : public TrainedTest {
 protected:
  /// Serves until a signal comes, a second after the start.
  Outcome watch(const std::vector<std::string>& words, int signal) {
    auto setting = here();
    setting.meanwhile = [signal](int process) {
      std::this_thread::sleep_for(1s);
      kill(process, signal);
    };
    return alexnet(std::vector<std::string>{"watch"} + words, setting);
  }
};

TEST_F(CliWatch, PrintsTheTableOfRuns) {
  const auto outcome = alexnet({"watch", ".", "--once"}, here());
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("best top-1"));
  EXPECT_THAT(outcome.out, HasSubstr("done"));
}

TEST_F(CliWatch, TheTableAsJson) {
  const auto run = alexnet({"watch", "run", "--once", "--json"}, here()).json()["runs"].at(0);
  EXPECT_EQ(run["id"], "run");
  EXPECT_EQ(run["state"], "done");
}

TEST_F(CliWatch, ServesUntilASignalAndEndsWithZero) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const auto outcome = watch({"run", "--port", "0"}, signal);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("http://127.0.0.1:"));
  }
}

TEST_F(CliWatch, SaysItsAddressAsJson) {
  const auto document = watch({"run", "--port", "0", "--read-only", "--json"}, SIGTERM).json();
  EXPECT_THAT(document["address"].get<std::string>(), HasSubstr("http://127.0.0.1:"));
  EXPECT_EQ(document["read_only"], true);
}

TEST_F(CliWatch, NamesTheFolderThatIsMissing) {
  const auto outcome = alexnet({"watch", "nothing"}, here());
  EXPECT_EQ(outcome.status, 3);
  EXPECT_THAT(outcome.err, HasSubstr("no such folder: nothing"));
}

}  // namespace
}  // namespace alexnet::testing
