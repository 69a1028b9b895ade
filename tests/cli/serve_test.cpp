#include <csignal>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/trained_fixture.h"

namespace alexnet::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
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
  EXPECT_EQ(document["models"].at(0)["name"], "run");
  EXPECT_EQ(document["models"].at(0)["precision"], "f32");
}

TEST_F(CliServe, SaysAtWhichPrecisionItComputes) {
  EXPECT_THAT(serve({"run", "--port", "0"}, SIGTERM).out, HasSubstr("\nmodel run: precision f32\n"));
  EXPECT_THAT(serve({"run", "--port", "0", "--precision", "bf16", "--backend", "reference"}, SIGTERM).out,
              HasSubstr("\nmodel run: precision bf16\n"));
}

TEST_F(CliServe, ItsThreadsSleepSoonUnlessTheEnvironmentSaysOtherwise) {
  const auto environment_of_service = [&](const std::map<std::string, std::string>& given) {
    std::string seen;
    auto setting = here();
    setting.environment.insert(given.begin(), given.end());
    setting.meanwhile = [&](int process) {
      std::this_thread::sleep_for(2s);
      seen = read("/proc/" + std::to_string(process) + "/environ");
      kill(process, SIGTERM);
    };
    EXPECT_EQ(alexnet({"serve", "run", "--port", "0"}, setting).status, 0);
    return seen;
  };
  EXPECT_THAT(environment_of_service({}), HasSubstr("GOMP_SPINCOUNT="));
  EXPECT_THAT(environment_of_service({{"OMP_WAIT_POLICY", "active"}}), Not(HasSubstr("GOMP_SPINCOUNT=")));
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
