#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "alexnet/formats/model_file.h"
#include "alexnet/report/model_card.h"

#include "cli/command.h"
#include "cli/options.h"
#include "cli/sources.h"
#include "core/text.h"

namespace alexnet::cli {
namespace {

class CardCommand final : public Command {
 public:
  [[nodiscard]] CommandText text() const override {
    return {"card",
            "use",
            "write a model's card: what it is, how good, its limits",
            "Writes model_card.md (with the head that model hubs read), model_card.zh.md in Chinese, and "
            "model_card.html with both. Of a RUN it is made anew from the run's files and put into its model file too "
            "(not with --to); every training ends with it. Of a model file it is the card that the file carries, else "
            "what the file knows of itself. What the program cannot know stands once at the end, for you to fill in.",
            {{"alexnet card runs/latest", "the card of a run"},
             {"alexnet card runs/latest/model.safetensors --to card", "the card in a model file"}}};
  }

  void add_options(CLI::App& app) override {
    add_text(app, {"model", "MODEL|RUN", "model file or run folder"}, model_);
    add_text(app, {"--to", "FOLDER", "where the card goes", "the RUN; card for a model file"}, to_);
  }

  int run(Console& console) override;

 private:
  std::string model_;
  std::string to_;
};

int CardCommand::run(Console& console) {
  require(model_, "MODEL|RUN", "alexnet card runs/latest");
  std::string folder = to_;
  std::vector<std::string> files;
  if (is_run(model_)) {
    const auto run = RunFolder::open(model_);
    if (to_.empty()) {
      folder = model_;
      files = report::write_model_card(run);
    } else {
      files = report::write_card_files(folder, report::model_card(report::card_facts(run)));
    }
  } else {
    const std::filesystem::path path = find_model(model_);
    const auto model = read_model(path);
    folder = to_.empty() ? "card" : to_;
    const auto card = report::card_of(model);
    files = report::write_card_files(
        folder, card ? *card : report::model_card(report::card_facts(model, path.stem().string())));
  }
  std::string lines;
  for (auto& file : files) {
    file = (std::filesystem::path(folder) / file).string();
    lines += printable(file) + "\n";
  }
  if (console.json()) {
    const nlohmann::ordered_json document = {
        {"schema", "alexnet.card"}, {"version", 1}, {"model", model_}, {"files", files}};
    console.print_document(document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  } else {
    console.print(lines);
  }
  return 0;
}

}  // namespace

std::unique_ptr<Command> make_card_command() { return std::make_unique<CardCommand>(); }

}  // namespace alexnet::cli
