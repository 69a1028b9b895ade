#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "alexnet/data/known_sets.h"
#include "alexnet/formats/model_file.h"
#include "alexnet/registry/registry.h"
#include "alexnet/train/trainer.h"

#include "cli/command.h"
#include "cli/options.h"
#include "cli/recipe_arguments.h"
#include "cli/signals.h"
#include "cli/sources.h"
#include "cli/train_progress.h"
#include "cli/train_results.h"
#include "cli/words.h"
#include "core/text.h"

namespace alexnet::cli {
namespace {

class TrainCommand final : public Command {
 public:
  [[nodiscard]] CommandText text() const override {
    return {
        "train",
        "train",
        "train a network on a folder of photos",
        "FOLDER holds one folder of photos a class, whose name is the class's name; SET is a known set (alexnet data "
        "list). The photos are split into training, validation and test parts, the network is measured after every "
        "epoch, and the best one is kept. Everything goes to a new run folder below runs/, and runs/latest points to "
        "it. Ctrl-C finishes the step, saves, and says how to go on; a resumed run ends as if it had never been "
        "stopped. Each option of the recipe may also stand in the environment, or in a TOML file given as --recipe.",
        {{"alexnet train photos --epochs 5", "a folder of photos, five times through all of them"},
         {"alexnet train photos --recipe tutorial --network tutorial --run first", "as the tutorial does it"},
         {"alexnet train --resume runs/latest --epochs 8", "go on with a run, up to epoch 8"}}};
  }

  void add_options(CLI::App& app) override;
  int run(Console& console) override;

 private:
  int begin(Console& console) const;
  [[nodiscard]] Weights start_weights(Console& console, const Network& network) const;
  int go_on(Console& console) const;
  int finish(Console& console, RunFolder& run, const TrainOutcome& outcome, const Dataset& dataset,
             const StopOnSignal& signals) const;
  void refuse_with_resume() const;

  std::string data_;
  std::string resume_;
  std::string network_;
  std::string init_;
  std::string recipe_ = kDefaultRecipe;
  std::string run_;
  std::string backend_ = "auto";
  std::string precision_ = "f32";
  std::string progress_ = "auto";
  int threads_ = 0;
  RecipeSettings settings_;
};

void TrainCommand::add_options(CLI::App& app) {
  add_text(app, {"data", "FOLDER|SET", "photos to learn from"}, data_);
  add_text(app, {"--resume", "RUN", "go on with this run folder instead of beginning a new run", "a new run"}, resume_);
  add_text(app,
           {"--network", "NETWORK", "network to train, by name or from a JSON file (alexnet summary --definition)",
            "the one that suits the set; tutorial for a folder"},
           network_);
  add_text(app,
           {"--init", "MODEL|FILE", "model or safetensors file whose weights the training starts from, where they fit",
            "fresh weights"},
           init_);
  add_text(app, {"--recipe", "RECIPE|FILE", "how to train: a name or a TOML file"}, recipe_);
  add_text(app, {"--run", "FOLDER", "folder that the run writes to", "runs/DATA-NETWORK-DATE-N"}, run_);
  add_text(app, {"--backend", "BACKEND", "what computes; auto is the fastest that is there"}, backend_);
  add_choice(app, {"--precision", "f32", "numbers that are computed with"}, precision_);
  add_whole(app, {"--threads", "N", "threads that compute", "physical cores that this process may use"}, threads_, 1,
            4096);
  add_choice(app, {"--progress", kProgressChoices, "how progress is shown"}, progress_);
  add_recipe_options(app, settings_);
}

std::vector<std::string> command_line(const Console& console) {
  auto words = console.arguments();
  words.insert(words.begin(), "alexnet");
  return words;
}

int TrainCommand::run(Console& console) { return resume_.empty() ? begin(console) : go_on(console); }

Weights TrainCommand::start_weights(Console& console, const Network& network) const {
  if (init_.empty()) {
    return {};
  }
  const auto file = find_model(init_);
  auto fitting = read_fitting_weights(file, network);
  console.log(Severity::kNote, Message::kNoteStartsFrom,
              {{"where", file.string()},
               {"count", fmt::format("{} tensors", fitting.weights.size())},
               {"anew", fitting.anew.empty() ? "none" : fmt::format("{}", fmt::join(fitting.anew, ", "))}});
  return std::move(fitting.weights);
}

int TrainCommand::begin(Console& console) const {
  require(data_, "FOLDER|SET", "alexnet train photos, or alexnet train --resume RUN");
  // What can be wrong with the words is found before any photo is read.
  const auto recipe = resolve_recipe(recipe_, recipe_settings_from_environment(), settings_);
  const auto preset = network_.empty() ? network_that_suits(data_) : network_;
  static_cast<void>(network_by_name_or_file(preset, 0));
  const auto backend = make_backend(backend_);
  const int threads = threads_ > 0 ? threads_ : default_threads();

  const auto mode = progress_mode(progress_, console);
  if (mode == ProgressMode::kBar) {
    console.draw_live("reading the photos of " + printable(data_) + " ...");
  }
  const auto dataset = open_dataset(data_, console.sink());
  const auto network =
      with_output_for(network_by_name_or_file(preset, static_cast<int>(dataset->classes().size())), recipe.recipe.loss);
  auto hashes = content_hashes(*dataset, threads);
  auto split = make_split(*dataset, hashes, split_options_for(recipe.recipe));
  const TrainTask task{.backend = *backend,
                       .dataset = *dataset,
                       .network = network,
                       .split = std::move(split),
                       .content_hashes = std::move(hashes),
                       .recipe = recipe,
                       .data = is_known_set(data_) ? data_ : std::filesystem::absolute(data_).string(),
                       .command_line = command_line(console),
                       .threads = threads,
                       .weights = start_weights(console, network)};
  check_task(task);  // before a folder is made for nothing
  auto run = run_.empty() ? RunFolder::create("runs", dataset->name(), network.name()) : RunFolder::create_named(run_);
  const StopOnSignal signals(console);
  TrainProgress progress(console, mode, run);
  const auto outcome = train(task, run, std::ref(progress), signals.stop());
  return finish(console, run, outcome, *dataset, signals);
}

int TrainCommand::go_on(Console& console) const {
  refuse_with_resume();
  auto run = RunFolder::open(resume_);
  const auto before = read_run_document(run);
  const auto backend = make_backend(backend_ == "auto" ? before.backend : backend_);
  const int threads = threads_ > 0 ? threads_ : before.threads;
  const auto dataset = open_dataset(before.data, console.sink());
  ResumeTask task{.backend = *backend,
                  .dataset = *dataset,
                  .content_hashes = content_hashes(*dataset, threads),
                  .command_line = command_line(console),
                  .threads = threads};
  if (const auto epochs = settings_.find("epochs"); epochs != settings_.end()) {
    task.epochs = std::stoi(epochs->second);
  }
  const StopOnSignal signals(console);
  TrainProgress progress(console, progress_mode(progress_, console), run);
  const auto outcome = alexnet::resume(task, run, std::ref(progress), signals.stop());
  return finish(console, run, outcome, *dataset, signals);
}

void TrainCommand::refuse_with_resume() const {
  const auto refuse = [&](const std::string& option) {
    throw Error(Message::kOptionInvalid, {{"where", option},
                                          {"expected", "only --epochs beside --resume: the run keeps its recipe"},
                                          {"got", option},
                                          {"hint", "alexnet train --resume " + shell_word(resume_)}});
  };
  for (const auto& [key, value] : settings_) {
    if (key != "epochs") {
      refuse(option_of_key(key));
    }
  }
  for (const auto& [name, value] :
       {std::pair{"FOLDER|SET", data_}, {"--network", network_}, {"--init", init_}, {"--run", run_}}) {
    if (!value.empty()) {
      refuse(name);
    }
  }
}

int TrainCommand::finish(Console& console, RunFolder& run, const TrainOutcome& outcome, const Dataset& dataset,
                         const StopOnSignal& signals) const {
  const auto held_out = held_out_photo(run, dataset);
  if (console.json()) {
    console.print_document(train_json(run, outcome, held_out));
  } else if (outcome.state == RunState::kDone) {
    console.print(train_words(run, outcome, held_out));
  }
  if (outcome.state == RunState::kStopped) {
    console.log(Severity::kNote, Message::kNoteInterrupted,
                {{"command", "alexnet train --resume " + shell_word(run.path().string())}});
    return signals.exit_status();
  }
  return 0;
}

}  // namespace

std::unique_ptr<Command> make_train_command() { return std::make_unique<TrainCommand>(); }

}  // namespace alexnet::cli
