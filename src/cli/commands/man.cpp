#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/man_page.h"

namespace alexnet::cli {
namespace {

class ManCommand final : public Command {
 public:
  [[nodiscard]] CommandText text() const override {
    return {"man",
            "help",
            "print the manual page",
            "Prints the manual page alexnet(1) as source for man: alexnet man > alexnet.1, then man -l alexnet.1.",
            {{"alexnet man", "the source of the page"}, {"alexnet man | man -l -", "read it"}}};
  }
  void add_options(CLI::App&) override {}

  int run(Console& console) override {
    if (console.json()) {
      const nlohmann::ordered_json document = {
          {"schema", "alexnet.man"}, {"version", 1}, {"page", man_page(Language::kEnglish)}};
      console.print_document(document.dump());
    } else {
      console.print_as_it_is(man_page(console.language()));
    }
    return 0;
  }
};

}  // namespace

std::unique_ptr<Command> make_man_command() { return std::make_unique<ManCommand>(); }

}  // namespace alexnet::cli
