#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "alexnet/formats/tower_files.h"

#include "cli/command.h"
#include "cli/dry_run.h"
#include "cli/options.h"
#include "core/text.h"

namespace alexnet::cli {
namespace {

class MergeCommand final : public Command {
 public:
  [[nodiscard]] CommandText text() const override {
    return {
        "merge",
        "use",
        "put the towers of a network together into one model",
        "Takes one file of each rank of a training with --parallel towers, in any order, and writes the whole network "
        "with all weights, bit for bit. The best model of such a training (model.safetensors) is whole already.",
        {{"alexnet merge runs/latest/last.0.safetensors runs/latest/last.1.safetensors --to model.safetensors",
          "the latest state of a run as a model"},
         {"alexnet merge tower.0.safetensors tower.1.safetensors --dry-run", "whether these fit together"}}};
  }

  void add_options(CLI::App& app) override {
    add_texts(app, {"towers", "TOWER...", "model files or checkpoints, one of each rank"}, towers_);
    add_text(app, {"--to", "MODEL", "model file to write"}, to_);
    add_dry_run(app, dry_run_);
  }

  int run(Console& console) override;

 private:
  std::vector<std::string> towers_;
  std::string to_ = "merged.safetensors";
  bool dry_run_ = false;
};

int MergeCommand::run(Console& console) {
  constexpr const char* kExample = "alexnet merge last.0.safetensors last.1.safetensors --to model.safetensors";
  require(towers_.empty() ? "" : towers_.front(), "TOWER...", kExample);
  std::vector<Model> parts;
  parts.reserve(towers_.size());
  for (const std::string& tower : towers_) {
    parts.push_back(read_model(tower));
  }
  const Model model = merge_models(std::move(parts));
  if (dry_run_) {
    return show_intent(console, "merge", {.writes = {to_}});
  }
  write_model(to_, model);
  if (console.json()) {
    const nlohmann::ordered_json document = {{"schema", "alexnet.merge"},
                                             {"version", 1},
                                             {"model", to_},
                                             {"network", model.network.name()},
                                             {"parameters", model.network.parameter_count()}};
    console.print_document(document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  } else {
    console.print(printable(to_) + "\n");
  }
  return 0;
}

}  // namespace

std::unique_ptr<Command> make_merge_command() { return std::make_unique<MergeCommand>(); }

}  // namespace alexnet::cli
