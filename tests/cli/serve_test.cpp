#include <csignal>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/trained_fixture.h"

namespace alexnet::testing {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

class CliServe : public TrainedTest {
 protected:
  Outcome serve(const std::vector<std::string>& words, int signal) {
    auto setting = here();
    setting.meanwhile = [signal](int process) {
      std::this_thread::sleep_for(2s);
      kill(process, signal);
    };
    return alexnet(std::vector<std::string>{"serve"} + words, setting);
  }
};

TEST_F(CliServe, ServesUntilASignalAndEndsWithZero) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const auto outcome = serve({"run", "--port", "0"}, signal);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("http://127.0.0.1:"));
    EXPECT_EQ(outcome.err, "");
  }
}

TEST_F(CliServe, SaysItsAddressAsJson) {
  const auto document = serve({"run", "--port", "0", "--json"}, SIGTERM).json();
  EXPECT_EQ(document["schema"], "alexnet.serve");
  EXPECT_THAT(document["address"].get<std::string>(), HasSubstr("http://127.0.0.1:"));
}

TEST_F(CliServe, AnOpenAddressNeedsATokenOrAWord) {
  const auto outcome = alexnet({"serve", "run", "--host", "0.0.0.0", "--port", "0"}, here());
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("--token-file"));
}

TEST_F(CliServe, AShortTokenIsRefused) {
  const Workplace w;
  write(w / "token", std::string("short\n"));
  const auto outcome = alexnet({"serve", "run", "--token-file", (w / "token").string()}, here());
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("16 characters"));
}

TEST_F(CliServe, NamesTheModelThatIsMissing) {
  const auto outcome = alexnet({"serve", "nothing", "--port", "0"}, here());
  EXPECT_EQ(outcome.status, 3);
  EXPECT_THAT(outcome.err, HasSubstr("nothing"));
}

}  // namespace
}  // namespace alexnet::testing
