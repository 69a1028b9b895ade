#include "alexnet/core/version.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/registry/registry.h"

#include "cli/command.h"

namespace alexnet::cli {
namespace {

class VersionCommand final : public Command {
 public:
  [[nodiscard]] CommandText text() const override {
    return {"version",
            "help",
            "show the version and the backends that were built in",
            "Prints the version of the program, the compiler that built it, and its backends.",
            {{"alexnet version", "for people"}, {"alexnet version --json", "for scripts"}}};
  }
  void add_options(CLI::App&) override {}

  int run(Console& console) override {
    const auto backends = backend_names();
    if (console.json()) {
      const nlohmann::ordered_json document = {{"schema", "alexnet.version"},
                                               {"version", 1},
                                               {"program", version()},
                                               {"compiler", __VERSION__},
                                               {"backends", backends}};
      console.print_document(document.dump());
    } else {
      console.print(fmt::format("alexnet {}\nbuilt by compiler {}, with backends {}\n", version(), __VERSION__,
                                fmt::join(backends, ", ")));
    }
    return 0;
  }
};

}  // namespace

std::unique_ptr<Command> make_version_command() { return std::make_unique<VersionCommand>(); }

}  // namespace alexnet::cli
