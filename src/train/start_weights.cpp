#include "train/start_weights.h"

#include "train/mean_image.h"

namespace alexnet {

Weights start_weights(const TrainTask& task, const std::atomic<int>& stop) {
  const Recipe& recipe = task.recipe.recipe;
  Weights weights = initial_weights(task.network, recipe.seed);
  if (!has_mean_image(task.weights, task.network)) {
    put_mean_image(weights, task.network, task.dataset, task.split.items(Part::kTrain),
                   geometry_for(recipe, task.network), loader_threads_for(recipe), task.disk_cache, stop);
  }
  for (const auto& [name, tensor] : task.weights) {
    weights.insert_or_assign(name, tensor);
  }
  return weights;
}

}  // namespace alexnet
