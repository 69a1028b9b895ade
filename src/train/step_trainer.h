#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "alexnet/data/dataset.h"
#include "alexnet/data/loader.h"
#include "alexnet/runtime/backend.h"
#include "alexnet/train/data_parallel.h"
#include "alexnet/train/recipe.h"

#include "train/gradient_exchange.h"
#include "train/team.h"

namespace alexnet {

/// What a step was before its update, over all ranks: the loss as the batch's divisor has it, how many photos it had
/// and how many were right.
struct StepResult {
  double loss = 0;
  std::int64_t rows = 0;  ///< 0: there was no update
  std::int64_t right = 0;
  std::int64_t bad = 0;  ///< photos that could not be read
};

/// The program that a recipe trains with, on each of several ranks. Throws what frozen_layers throws.
[[nodiscard]] CompileOptions training_options_for(const Recipe& recipe, const Network& network, const Backend& backend,
                                                  int threads, const DataParallel& parallel = {});

/// Makes updates out of loaded batches as a recipe asks: smoothed and mixed labels, weights of classes, rates of
/// layers, several small batches a step, and several ranks. What it is made of outlives it.
class StepTrainer {
 public:
  /// Classes are weighed by the photos that train. Throws what class_weights_for throws.
  StepTrainer(const Recipe& recipe, const Network& network, const Dataset& dataset, const Split& split,
              Program& program, const DataParallel& parallel = {});
  /// One update at this rate, if any rank has a row. The batch is this rank's part of the step; its labels, weights and
  /// divisor become those of the recipe. `observer` sees the gradients that are applied.
  StepResult step(LoadedBatch& loaded, double rate, const GradientObserver& observer = {});
  /// GradientExchange::take_hidden_share; nothing for one rank.
  [[nodiscard]] std::optional<double> take_hidden_share();

 private:
  /// What a rank has, or all of them have, of a step.
  struct Share {
    std::int64_t rows = 0;
    std::int64_t bad = 0;
    double weight = 0;      ///< of the rows together
    std::int64_t most = 0;  ///< rows of the rank that has most
  };

  void set_targets(LoadedBatch& loaded) const;
  [[nodiscard]] Share whole_share(LoadedBatch& loaded) const;
  StepResult train(const Batch& batch, bool update, const GradientObserver& observer);
  StepResult train_parts(const Batch& batch, int most_rows, const GradientObserver& observer);

  const Recipe& recipe_;
  const Network& network_;
  Program& program_;
  Team team_;
  std::optional<GradientExchange> exchange_;  // none for one rank
  int small_batch_;                           // most rows of a call of the program
  std::size_t classes_;
  std::uint32_t epoch_ = 0;           // of the present step; 0 = before the first
  std::vector<double> layer_rates_;   // of each trainable parameter, in that epoch
  std::vector<double> rates_;         // those times the rate of the present step
  std::vector<float> class_weights_;  // empty = none
  Batch part_;                        // of a step that is computed in several parts
};

}  // namespace alexnet
