// --quiet and --color: what goes to which stream.
#include <gtest/gtest.h>

#include "cli/trained_fixture.h"

namespace alexnet::testing {
namespace {

using CliStreams = TrainedTest;
constexpr const char* kEscape = "\033[";

bool is_coloured(const std::string& text) { return text.find(kEscape) != std::string::npos; }

TEST_F(CliStreams, QuietSaysResultsWarningsAndErrorsOnly) {
  const auto quiet = alexnet(small_training("quiet") + std::vector<std::string>{"--quiet"}, here());
  ASSERT_EQ(quiet.status, 0) << quiet.err;
  EXPECT_EQ(quiet.err, "");
  EXPECT_NE(quiet.out.find("best epoch"), std::string::npos) << quiet.out;
  EXPECT_NE(training().err, "");  // the same without it
  const Workplace w;
  make_photos(w / "photos", 8);
  write(w / "photos/violet/only.png", tiny_photo(1, 900));
  const auto warned = alexnet(small_training("run", 1) + std::vector<std::string>{"--quiet"}, w.setting());
  EXPECT_TRUE(warned.err.starts_with("warning: class violet")) << warned.err;
  const auto failed = alexnet({"summary", "nothing", "--quiet"});
  EXPECT_TRUE(failed.err.starts_with("error: ")) << failed.err;
}

TEST_F(CliStreams, QuietLeavesTheLogAndAskedEvents) {
  const auto outcome =
      alexnet(small_training("logged") + std::vector<std::string>{"--quiet", "--progress", "json"}, here());
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_TRUE(outcome.err.starts_with(R"({"schema":"alexnet.progress")")) << outcome.err;
  EXPECT_NE(read(place() / "logged/log.txt").find("done in"), std::string::npos);
}

TEST_F(CliStreams, ColourIsForTerminalsUnlessAskedFor) {
  EXPECT_FALSE(is_coloured(alexnet({"summary", "nothing"}).err));
  EXPECT_TRUE(is_coloured(alexnet({"summary", "nothing", "--color", "always"}).err));
  EXPECT_TRUE(is_coloured(alexnet({"summary", "nothing", "--color=always"}).err));
  EXPECT_FALSE(is_coloured(alexnet({"summary", "nothing", "--color", "never"}).err));
  Setting always;
  always.environment = {{"ALEXNET_OPT_COLOR", "always"}};
  EXPECT_TRUE(is_coloured(alexnet({"summary", "nothing"}, always).err));
  EXPECT_FALSE(is_coloured(alexnet({"summary", "nothing", "--color", "never"}, always).err));
  EXPECT_EQ(alexnet({"version", "--color", "red"}).status, 2);
}

/// Runs a command in a terminal made by script(1), with standard output elsewhere.
Outcome in_terminal(const std::string& command, const std::map<std::string, std::string>& variables) {
  Setting setting;
  setting.environment = variables;
  return shell("script -qec '" + command + " > /dev/null' /dev/null", setting);
}

TEST_F(CliStreams, ATerminalIsColouredAndEachStreamIsAskedForItself) {
  if (shell("command -v script").status != 0) {
    GTEST_SKIP() << "script(1) is not installed";
  }
  // Standard output is no terminal here, standard error is one.
  EXPECT_TRUE(is_coloured(in_terminal("alexnet summary nothing", {{"TERM", "xterm"}}).out));
  EXPECT_FALSE(is_coloured(in_terminal("alexnet summary nothing", {{"TERM", "dumb"}}).out));
  EXPECT_FALSE(is_coloured(in_terminal("alexnet summary nothing", {{"TERM", "xterm"}, {"NO_COLOR", "1"}}).out));
  EXPECT_TRUE(
      is_coloured(in_terminal("alexnet summary nothing --color always", {{"TERM", "xterm"}, {"NO_COLOR", "1"}}).out));
}

}  // namespace
}  // namespace alexnet::testing
