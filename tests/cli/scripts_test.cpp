#include <regex>

#include <gtest/gtest.h>

#include "cli/program.h"

/// Completion scripts and the manual pass the tools that check them, where those are installed.
namespace alexnet::testing {
namespace {

class CliScripts : public ::testing::Test {
 protected:
  /// Runs a checking tool on what `alexnet WORDS` prints; skips where the tool is missing.
  void check(const std::string& words, const std::string& file, const std::string& tool, const std::string& arguments) {
    if (shell("command -v " + tool).status != 0) {
      GTEST_SKIP() << tool << " is not installed";
    }
    const auto outcome =
        shell("alexnet " + words + " > " + file + " && " + tool + " " + arguments + " " + file, place_.setting());
    EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
    EXPECT_EQ(outcome.out + outcome.err, "");
  }
  Workplace place_;
};

TEST_F(CliScripts, BashParses) { check("completion bash", "c.bash", "bash", "-n"); }
TEST_F(CliScripts, BashPassesShellcheck) { check("completion bash", "c.bash", "shellcheck", "-s bash"); }
TEST_F(CliScripts, ZshParses) { check("completion zsh", "_alexnet", "zsh", "-n"); }
TEST_F(CliScripts, FishParses) { check("completion fish", "alexnet.fish", "fish", "-n"); }
TEST_F(CliScripts, ManualPassesMandoc) { check("man", "alexnet.1", "mandoc", "-T lint -W style"); }
TEST_F(CliScripts, ManualPassesGroff) { check("man", "alexnet.1", "groff", "-ww -man -Tutf8 -z"); }

TEST_F(CliScripts, BashCompletesCommandsOptionsAndNames) {
  if (shell("command -v bash").status != 0) {
    GTEST_SKIP() << "bash is not installed";
  }
  const auto completed = [&](const std::string& words, int at) {
    return shell("bash -c 'source <(alexnet completion bash); COMP_WORDS=(" + words +
                     "); COMP_CWORD=" + std::to_string(at) + "; _alexnet 2>/dev/null; echo \"${COMPREPLY[*]}\"'",
                 place_.setting())
        .out;
  };
  EXPECT_EQ(completed("alexnet pre", 1), "predict\n");
  EXPECT_EQ(completed("alexnet summary caffe", 2), "caffe-alexnet caffenet\n");
  EXPECT_EQ(completed("alexnet train photos --rec", 3), "--recipe\n");
  EXPECT_EQ(completed("alexnet train photos --recipe q", 4), "quick\n");
  EXPECT_EQ(completed("alexnet train flo", 2), "flowers17\n");
  write(place_ / "my.png", std::string("x"));
  EXPECT_EQ(completed("alexnet predict my", 2), "my.png\n");
}

TEST_F(CliScripts, ManualHoldsEveryCommandAndExitStatus) {
  const auto page = alexnet({"man"}).out;
  const auto help = alexnet({"help", "--json"}).json();
  for (const auto& command : help["commands"]) {
    const auto name = std::regex_replace(command["name"].get<std::string>(), std::regex("-"), "\\-");
    EXPECT_NE(page.find("alexnet " + name), std::string::npos) << name;
  }
  EXPECT_NE(page.find(".B 143"), std::string::npos);
}

}  // namespace
}  // namespace alexnet::testing
