#include "cli/training_arguments.h"

#include <filesystem>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/data/known_sets.h"
#include "alexnet/formats/model_file.h"
#include "alexnet/registry/registry.h"

#include "cli/command.h"
#include "cli/options.h"
#include "cli/sources.h"
#include "core/text.h"

namespace alexnet::cli {
namespace {

Weights weights_to_start_from(Console& console, const std::string& init, const Network& network) {
  if (init.empty()) {
    return {};
  }
  const auto file = find_model(init);
  auto fitting = read_fitting_weights(file, network);
  console.log(Severity::kNote, Message::kNoteStartsFrom,
              {{"where", file.string()},
               {"count", fmt::format("{} tensors", fitting.weights.size())},
               {"anew", fitting.anew.empty() ? "none" : fmt::format("{}", fmt::join(fitting.anew, ", "))}});
  return std::move(fitting.weights);
}

}  // namespace

std::vector<std::string> command_line(const Console& console) {
  auto words = console.arguments();
  words.insert(words.begin(), "alexnet");
  return words;
}

TrainingArguments::TrainingArguments() : recipe(kDefaultRecipe) {}

void TrainingArguments::add_to(CLI::App& app) {
  add_text(app, {"data", "FOLDER|SET", "photos to learn from, in class folders or a list of them (CSV)"}, data);
  add_text(app,
           {"--network", "NETWORK", "network to train, by name or from a JSON file (alexnet summary --definition)",
            "the one that suits the set; tutorial for a folder"},
           network);
  add_text(app,
           {"--init", "MODEL|FILE", "model or safetensors file whose weights the training starts from, where they fit",
            "fresh weights"},
           init);
  add_text(app, {"--recipe", "RECIPE|FILE", "how to train: a name or a TOML file"}, recipe);
  add_text(app, {"--backend", "BACKEND", "what computes; auto is the fastest that is there"}, backend);
  add_whole(app, {"--threads", "N", "threads that compute", "physical cores that this process may use"}, threads, 1,
            4096);
  cache.add_to(app);
}

PreparedTraining prepare_training(Console& console, const TrainingArguments& arguments, bool live,
                                  const SharedNetwork& shared) {
  const auto& data = arguments.data;
  const auto recipe = resolve_recipe(arguments.recipe, recipe_settings_from_environment(), arguments.settings);
  const auto preset = arguments.network.empty() ? network_that_suits(data) : arguments.network;
  static_cast<void>(network_by_name_or_file(preset, 0));
  std::shared_ptr<Backend> backend = make_backend(arguments.backend);
  const int threads = arguments.threads > 0 ? arguments.threads : default_threads();
  if (live) {
    console.draw_live("reading the photos of " + printable(data) + " ...");
  }
  auto dataset = open_dataset(data, console.sink());
  const auto network =
      with_output_for(network_by_name_or_file(preset, static_cast<int>(dataset->classes().size())), recipe.recipe.loss);
  shared.check(network, recipe.recipe);
  auto hashes = content_hashes(*dataset, threads);
  auto split = make_split(*dataset, hashes, split_options_for(recipe.recipe));
  auto training_backend = shared.backend(backend);
  TrainTask task{.backend = *training_backend,
                 .dataset = *dataset,
                 .network = network,
                 .split = std::move(split),
                 .content_hashes = std::move(hashes),
                 .recipe = recipe,
                 .data = is_known_set(data) ? data : std::filesystem::absolute(data).string(),
                 .command_line = command_line(console),
                 .threads = threads,
                 .weights = weights_to_start_from(console, arguments.init, network),
                 .disk_cache = arguments.cache.open()};
  task.towers = shared.towers ? shared.towers->size() : 1;
  check_task(task);
  return {std::move(backend), std::move(training_backend), std::move(dataset), std::move(task)};
}

}  // namespace alexnet::cli
