#pragma once

#include <memory>
#include <string>
#include <vector>

#include "alexnet/train/trainer.h"

#include "cli/cache_arguments.h"
#include "cli/console.h"
#include "cli/parallel_arguments.h"

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's name
class App;
}

namespace alexnet::cli {

/// The options that say what to train, on which photos and how: those of `train` and `lr-find`.
struct TrainingArguments {
  std::string data = {};
  std::string network = {};
  std::string init = {};
  std::string recipe;  ///< the default one
  std::string backend = "auto";
  int threads = 0;
  CacheArguments cache = {};
  RecipeSettings settings = {};

  TrainingArguments();
  /// All but those of the recipe, which help shows last (add_recipe_options).
  void add_to(CLI::App& app);
};

/// "alexnet" and the words behind it, as runs note them.
[[nodiscard]] std::vector<std::string> command_line(const Console& console);

/// A task and what it works with.
struct PreparedTraining {
  std::shared_ptr<Backend> backend;           ///< of this process
  std::shared_ptr<Backend> training_backend;  ///< the same, or one over all ranks that share the network
  std::unique_ptr<Dataset> dataset;
  TrainTask task;
};

/// Reads the photos and makes the task; what can be wrong with the words is found before any photo is read.
/// `live`: the wait is shown on the terminal. `shared`: the ranks that share the network, if any do.
[[nodiscard]] PreparedTraining prepare_training(Console& console, const TrainingArguments& arguments, bool live,
                                                const SharedNetwork& shared = {});

}  // namespace alexnet::cli
