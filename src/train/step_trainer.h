#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "alexnet/data/dataset.h"
#include "alexnet/data/loader.h"
#include "alexnet/runtime/backend.h"
#include "alexnet/train/recipe.h"

namespace alexnet {

/// What a step was before its update: the loss as the batch's divisor has it, and how many photos were right.
struct StepResult {
  double loss = 0;
  std::int64_t right = 0;
};

/// The program that a recipe trains with. Throws what frozen_layers throws.
[[nodiscard]] CompileOptions training_options_for(const Recipe& recipe, const Network& network, const Backend& backend,
                                                  int threads);

/// Makes updates out of loaded batches as a recipe asks: smoothed and mixed labels, weights of classes, rates of
/// layers, and several small batches a step. What it is made of outlives it.
class StepTrainer {
 public:
  /// Classes are weighed by the photos that train. Throws what class_weights_for throws.
  StepTrainer(const Recipe& recipe, const Network& network, const Dataset& dataset, const Split& split,
              Program& program);
  /// One update at this rate. The batch has at least one row; its labels and weights become those of the recipe.
  StepResult step(LoadedBatch& loaded, double rate);

 private:
  void set_targets(LoadedBatch& loaded) const;
  StepResult train(const Batch& batch, bool update);

  const Recipe& recipe_;
  const Network& network_;
  Program& program_;
  std::size_t classes_;
  std::uint32_t epoch_ = 0;           // of the present step; 0 = before the first
  std::vector<double> layer_rates_;   // of each trainable parameter, in that epoch
  std::vector<double> rates_;         // those times the rate of the present step
  std::vector<float> class_weights_;  // empty = none
  Batch part_;                        // of a step that is computed in several parts
};

}  // namespace alexnet
