#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/completion_scripts.h"
#include "cli/options.h"

namespace alexnet::cli {
namespace {

class CompletionCommand final : public Command {
 public:
  [[nodiscard]] CommandText text() const override {
    return {"completion",
            "help",
            "print a completion script for a shell",
            "Completes commands, options, their values, names of networks, recipes and sets, and files. Load it with: "
            "source <(alexnet completion bash); for zsh save it as _alexnet in a folder of fpath; for fish as "
            "~/.config/fish/completions/alexnet.fish.",
            {{"alexnet completion bash", "the script for bash"}, {"alexnet completion fish", "the script for fish"}}};
  }
  void add_options(CLI::App& app) override { add_choice(app, {"shell", "bash|zsh|fish", "the shell"}, shell_); }

  int run(Console& console) override {
    require(shell_, "bash|zsh|fish", "alexnet completion bash");
    const auto script = shell_ == "bash" ? bash_completion() : shell_ == "zsh" ? zsh_completion() : fish_completion();
    if (console.json()) {
      const nlohmann::ordered_json document = {
          {"schema", "alexnet.completion"}, {"version", 1}, {"shell", shell_}, {"script", script}};
      console.print_document(document.dump());
    } else {
      console.print_as_it_is(script);
    }
    return 0;
  }

 private:
  std::string shell_;
};

}  // namespace

std::unique_ptr<Command> make_completion_command() { return std::make_unique<CompletionCommand>(); }

}  // namespace alexnet::cli
