#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "alexnet/backends/reference_backend.h"
#include "alexnet/data/split.h"
#include "alexnet/formats/run_folder.h"
#include "alexnet/train/trainer.h"

#include "support/tiny.h"

namespace alexnet::testing_support {

/// The tiny network for cuts of 8 pixels out of 10, less the mean image of the training photos.
inline Network tiny_network_with_mean_image() {
  Network::Options options = tiny_network().options();
  options.name = "tiny with mean image";
  options.layers.front() = Normalize{.name = "normalize", .mean_image = true, .mean_height = 10, .mean_width = 10};
  return Network(std::move(options));
}

/// All that a training of the tiny network on the tiny photos needs: 8, 2 and 2 photos of each of 3 classes, in batches
/// of 5, so that the last one of an epoch has 4.
struct Training {
  TinyDataset dataset;
  std::shared_ptr<Backend> backend = make_reference_backend();
  RecipeSettings settings = {{"batch", "5"},         {"epochs", "3"},         {"seed", "3"},
                             {"rate", "0.05"},       {"resize", "10"},        {"crop", "random"},
                             {"flip", "true"},       {"split_train", "0.67"}, {"split_val", "0.17"},
                             {"split_test", "0.16"}, {"optimizer", "sgd"},    {"schedule", "cosine"}};
  std::string recipe = "quick";
  Network network = tiny_network();
  std::atomic<int> stop = 0;
  std::shared_ptr<DiskCache> disk_cache = {};

  [[nodiscard]] TrainTask task() const {
    ResolvedRecipe resolved = resolve_recipe(recipe, {}, settings);
    const auto hashes = content_hashes(dataset, 1);
    Split split = make_split(dataset, hashes, split_options_for(resolved.recipe));
    return {.backend = *backend,
            .dataset = dataset,
            .network = network,
            .split = std::move(split),
            .content_hashes = hashes,
            .recipe = std::move(resolved),
            .data = "tiny",
            .command_line = {"alexnet", "train", "tiny"},
            .disk_cache = disk_cache};
  }

  TrainOutcome train_in(const std::filesystem::path& folder, const TrainListener& listener = {}) {
    RunFolder run = RunFolder::create_named(folder);
    return train(task(), run, listener, stop);
  }

  TrainOutcome resume_in(const std::filesystem::path& folder, const TrainListener& listener = {},
                         std::optional<int> epochs = {}) {
    RunFolder run = RunFolder::open(folder);
    return resume({.backend = *backend,
                   .dataset = dataset,
                   .content_hashes = content_hashes(dataset, 1),
                   .epochs = epochs,
                   .command_line = {"alexnet", "train", "--resume"},
                   .disk_cache = disk_cache},
                  run, listener, stop);
  }
};

}  // namespace alexnet::testing_support
