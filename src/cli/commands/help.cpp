#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/help_text.h"
#include "cli/options.h"

namespace alexnet::cli {
namespace {

class HelpCommand final : public Command {
 public:
  [[nodiscard]] CommandText text() const override {
    return {"help",
            "help",
            "show all commands, or all about one",
            "Without a command: one screen with all commands by task. With one: its arguments, its options with their "
            "defaults, and examples.",
            {{"alexnet help", "all commands"},
             {"alexnet help train", "all about training"},
             {"alexnet help --json", "every command and option for a program"}}};
  }
  void add_options(CLI::App& app) override { add_text(app, {"command", "COMMAND", "name of a command"}, command_); }

  int run(Console& console) override {
    if (console.json()) {
      console.print_document(help_json(command_));
    } else if (command_.empty()) {
      console.print_as_it_is(overview(console.out().width, console.language()));
    } else {
      console.print_as_it_is(help_text(command_line(command_), {true, console.out().width, console.language()}));
    }
    return 0;
  }

 private:
  std::string command_;
};

}  // namespace

std::unique_ptr<Command> make_help_command() { return std::make_unique<HelpCommand>(); }

}  // namespace alexnet::cli
