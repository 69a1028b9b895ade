#include <cstdlib>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/core/version.h"
#include "alexnet/data/known_sets.h"
#include "alexnet/registry/registry.h"

#include "cli/command.h"
#include "cli/gradient_doctor.h"
#include "cli/options.h"
#include "core/machine.h"
#include "core/text.h"
#include "core/translation.h"

namespace alexnet::cli {
namespace {

class DoctorCommand final : public Command {
 public:
  [[nodiscard]] CommandText text() const override {
    return {
        "doctor",
        "check",
        "say in one page what works here",
        "Shows the processor and its instruction sets, threads, memory, disk, backends, libraries and where known sets "
        "of photos lie. With --gradients it compares the backward pass of a network with finite differences, in "
        "double precision on the reference backend; large networks are sampled more thinly, and it says how much.",
        {{"alexnet doctor", "the page"}, {"alexnet doctor --gradients lenet5", "check the gradients of a network"}}};
  }

  void add_options(CLI::App& app) override {
    add_text(app, {"--gradients", "NETWORK", "check this network's gradients instead", "none"}, network_);
    add_whole(app, {"--seconds", "N", "about how long the check of gradients may take"}, seconds_, 1, 86400);
  }

  int run(Console& console) override {
    if (!network_.empty()) {
      return check_network_gradients(console, network_, seconds_);
    }
    show_page(console);
    return 0;
  }

 private:
  static void show_page(Console& console);

  std::string network_;
  int seconds_ = 60;
};

std::string known_set_words(const KnownSet& set) {
  const auto folder = find_fetched(set);
  return folder.empty() ? "not here" : printable(folder.string());
}

std::string ranks_words() {
  const auto kinds = communicator_kinds();
  return kinds.empty() ? "this process alone (built without MPI: cmake -DALEXNET_MPI=ON)"
                       : fmt::format("many processes may train together over {}", kinds.front().library);
}

std::string page(const Machine& m, Language language) {
  std::string out = fmt::format("alexnet {}\n\n", version());
  const auto row = [&](std::string_view name, const std::string& value) {
    out += fmt::format("{} {}\n", pad_right(translated(name, language), 14), value);
  };
  row("processor", m.processor);
  row("instructions", m.instruction_sets);
  row("threads", fmt::format("{} by default (physical cores that this process may use; {} logical)", default_threads(),
                             m.logical_cores));
  row("memory", fmt::format("{} free of {}", byte_text(m.memory_free_bytes), byte_text(m.memory_bytes)));
  row("disk", fmt::format("{} free in this folder", byte_text(m.disk_free_bytes)));
  row("ranks", ranks_words());
  const char* archives = std::getenv("ALEXNET_DATA");
  row("ALEXNET_DATA", archives == nullptr ? "not set" : archives);
  for (const auto& name : backend_names()) {
    out += fmt::format("\nbackend {}\n", name);
    for (const auto& line : make_backend(name)->description()) {
      out += "  " + line + "\n";
    }
  }
  out += "\nknown sets\n";
  for (const auto& set : known_sets()) {
    out += fmt::format("  {:<14} {}\n", set.name, known_set_words(set));
  }
  out += "\nlibraries\n";
  std::string libraries;
  for (const auto& library : m.libraries) {
    libraries += (libraries.empty() ? "" : " ") + library;
  }
  return out + "  " + wrapped(libraries, 80, 2) + "\n";
}

std::string page_json(const Machine& m) {
  nlohmann::ordered_json document = {{"schema", "alexnet.doctor"},
                                     {"version", 1},
                                     {"program", version()},
                                     {"processor", m.processor},
                                     {"instruction_sets", m.instruction_sets},
                                     {"threads", default_threads()},
                                     {"logical_cores", m.logical_cores},
                                     {"memory_bytes", m.memory_bytes},
                                     {"memory_free_bytes", m.memory_free_bytes},
                                     {"disk_free_bytes", m.disk_free_bytes}};
  document["backends"] = nlohmann::ordered_json::array();
  for (const auto& name : backend_names()) {
    document["backends"].push_back({{"name", name}, {"description", make_backend(name)->description()}});
  }
  document["communicators"] = nlohmann::ordered_json::array();
  for (const auto& kind : communicator_kinds()) {
    document["communicators"].push_back({{"name", kind.name}, {"library", kind.library}});
  }
  document["sets"] = nlohmann::ordered_json::array();
  for (const auto& set : known_sets()) {
    document["sets"].push_back({{"name", set.name}, {"folder", find_fetched(set).string()}});
  }
  document["libraries"] = m.libraries;
  return document.dump();
}

void DoctorCommand::show_page(Console& console) {
  const auto machine = describe_machine();
  if (console.json()) {
    console.print_document(page_json(machine));
  } else {
    console.print(page(machine, console.language()));
  }
}

}  // namespace

std::unique_ptr<Command> make_doctor_command() { return std::make_unique<DoctorCommand>(); }

}  // namespace alexnet::cli
