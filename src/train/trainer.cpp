#include "alexnet/train/trainer.h"

#include <utility>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/core/version.h"
#include "alexnet/formats/tower_files.h"

#include "core/machine.h"
#include "train/start_weights.h"
#include "train/training_session.h"

namespace alexnet {
namespace {

constexpr const char* kSplitFile = "split.csv";
constexpr const char* kClassWeightsFile = "class_weights.csv";

void check_network(const Network& network, const Dataset& dataset, const Recipe& recipe) {
  const auto classes = static_cast<std::int64_t>(dataset.classes().size());
  if (network.classes() != classes) {
    throw Error(Message::kClassCountDiffers, {{"where", network.name()},
                                              {"expected", fmt::format("{} classes of {}", classes, dataset.name())},
                                              {"got", fmt::format("{} scores", network.classes())}});
  }
  if (with_output_for(network, recipe.loss).output() != network.output()) {
    throw Error(Message::kOptionInvalid, {{"where", "loss"},
                                          {"expected", network.output() == OutputKind::kScores
                                                           ? "hinge: the network gives scores"
                                                           : "cross-entropy: the network gives probabilities"},
                                          {"got", recipe_option("loss").get(recipe)}});
  }
}

void check_photos(const Split& split, const Recipe& recipe) {
  const std::size_t train = split.items(Part::kTrain).size();
  const int step = photos_per_step(recipe);
  if (train < static_cast<std::size_t>(step)) {
    throw Error(Message::kTooFewPhotos, {{"where", "the train part"},
                                         {"expected", fmt::format("at least one batch of {}", step)},
                                         {"got", fmt::format("{} photos", train)}});
  }
  if (split.items(Part::kVal).empty()) {
    throw Error(
        Message::kTooFewPhotos,
        {{"where", "the val part"}, {"expected", "at least 1 photo to choose the best epoch by"}, {"got", "0"}});
  }
}

RunDocument new_document(const TrainTask& task) {
  const Dataset& dataset = task.dataset;
  RunDocument document;
  document.command_line = task.command_line;
  document.program_version = std::string(version());
  document.processor = processor_name();
  document.threads = task.threads;
  document.backend = std::string(task.backend.name());
  document.precision = name_of(choose_precision(task.recipe.recipe.precision, task.backend));
  document.data = task.data;
  document.data_name = dataset.name();
  document.fingerprint = fingerprint(dataset, task.content_hashes);
  document.classes = dataset.classes();
  for (const Part part : {Part::kTrain, Part::kVal, Part::kTest}) {
    document.photos[static_cast<std::size_t>(part)] = static_cast<std::int64_t>(task.split.items(part).size());
  }
  document.seed = task.recipe.recipe.seed;
  document.recipe = task.recipe.recipe.name;
  document.network = task.network.name();
  document.parameters = task.network.parameter_count();
  document.trainable = task.network.trainable_count();
  document.macs = task.network.macs();
  document.epochs = task.recipe.recipe.epochs;
  return document;
}

/// The run's recipe, with another number of epochs if asked.
ResolvedRecipe resumed_recipe(const ResumeTask& task, const RunFolder& run) {
  ResolvedRecipe resolved = read_recipe(run.file(kRecipeFile));
  if (task.epochs) {
    recipe_option("epochs").set(resolved.recipe, fmt::format("{}", *task.epochs));
    resolved.origins["epochs"] = "command line";
  }
  return resolved;
}

void check_data(const ResumeTask& task, const RunDocument& document) {
  const std::string found = fingerprint(task.dataset, task.content_hashes);
  if (found != document.fingerprint) {
    throw Error(Message::kDataChanged, {{"where", task.dataset.root().string()},
                                        {"expected", fmt::format("fingerprint {}", document.fingerprint)},
                                        {"got", found}});
  }
}

}  // namespace

void check_task(const TrainTask& task) {
  check_recipe(task.recipe.recipe);
  check_network(task.network, task.dataset, task.recipe.recipe);
  static_cast<void>(geometry_for(task.recipe.recipe, task.network));
  static_cast<void>(frozen_layers(task.recipe.recipe, task.network));
  static_cast<void>(layer_rates(task.recipe.recipe, task.network, 0));
  static_cast<void>(augmentation_for(task.recipe.recipe, task.network));
  static_cast<void>(
      class_weights_for(task.recipe.recipe, task.dataset.classes(), training_photos(task.dataset, task.split)));
  check_photos(task.split, task.recipe.recipe);
  check_data_parallel(task.parallel);
}

TrainOutcome train(const TrainTask& task, RunFolder& run, const TrainListener& listener, const std::atomic<int>& stop) {
  const Recipe& recipe = task.recipe.recipe;
  check_task(task);
  const Team team(task.parallel.ranks);
  TrainingSession session({task.backend, task.dataset, task.split, task.network, recipe, run, listener, stop,
                           task.threads, new_document(task), task.disk_cache, task.parallel, task.towers},
                          team.of_leader(task.network, team.leads() ? start_weights(task, stop) : Weights{}));
  if (!team.leads()) {
    return session.run();
  }
  write_file_atomically(run.file(kRecipeFile), to_toml(task.recipe));
  write_split(run.file(kSplitFile), task.dataset, task.split, task.content_hashes);
  if (recipe.class_weights == ClassWeights::kFile) {
    write_file_atomically(run.file(kClassWeightsFile), read_text(recipe.class_weights_file));
  }
  return session.run();
}

TrainOutcome resume(const ResumeTask& task, RunFolder& run, const TrainListener& listener,
                    const std::atomic<int>& stop) {
  RunDocument document = read_run_document(run);
  const ResolvedRecipe resolved = resumed_recipe(task, run);
  const Split split = read_split(run.file(kSplitFile), task.dataset);
  check_data(task, document);
  Checkpoint checkpoint = read_last_checkpoint(run);
  const TrainState state = train_state_from_json(checkpoint.state, run.checkpoint().string());
  const int trained = state.epoch - 1;  // -1: not even the untrained network was evaluated
  if (resolved.recipe.epochs < trained) {
    throw Error(Message::kOptionInvalid, {{"where", "epochs"},
                                          {"expected", fmt::format("at least the {} epochs trained so far", trained)},
                                          {"got", fmt::format("{}", resolved.recipe.epochs)}});
  }
  check_data_parallel(task.parallel);
  const Team team(task.parallel.ranks);
  if (task.epochs && team.leads()) {
    write_file_atomically(run.file(kRecipeFile), to_toml(resolved));
  }
  Recipe recipe = resolved.recipe;
  if (recipe.class_weights == ClassWeights::kFile) {
    recipe.class_weights_file = run.file(kClassWeightsFile).string();  // whatever became of the file since
  }
  document.epochs = recipe.epochs;
  document.threads = task.threads;
  document.backend = std::string(task.backend.name());
  document.precision = name_of(choose_precision(recipe.precision, task.backend));
  document.program_version = std::string(version());
  document.processor = processor_name();
  document.resumed.push_back(task.command_line);
  document.error.clear();
  document.result.reset();
  std::erase_if(document.alarms, [&](const RunAlarm& alarm) { return alarm.epoch > trained; });
  if (team.leads()) {
    run.remove_leftovers();
    run.truncate_after(trained, checkpoint.step);
  }
  TrainingSession session({task.backend, task.dataset, split, checkpoint.model.network, recipe, run, listener, stop,
                           task.threads, document, task.disk_cache, task.parallel, task.towers},
                          std::move(checkpoint.model.weights));
  session.restore(checkpoint.step, std::exchange(checkpoint.slots, {}), state);
  return session.run();
}

}  // namespace alexnet
