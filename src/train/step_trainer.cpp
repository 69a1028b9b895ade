#include "train/step_trainer.h"

#include <algorithm>

#include "alexnet/infer/evaluation.h"
#include "alexnet/runtime/checks.h"

#include "runtime/batch_rows.h"

namespace alexnet {
namespace {

std::int64_t count_right(const Tensor& scores, const Batch& batch) {
  std::int64_t right = 0;
  for (int row = 0; row < batch.rows; ++row) {
    const std::vector<double> values = row_of(scores, row);
    const auto predicted = std::max_element(values.begin(), values.end()) - values.begin();
    right += predicted == batch.labels[static_cast<std::size_t>(row)] ? 1 : 0;
  }
  return right;
}

}  // namespace

CompileOptions training_options_for(const Recipe& recipe, const Network& network, const Backend& backend, int threads) {
  CompileOptions options;
  options.batch = recipe.batch;
  options.precision = choose_precision(recipe.precision, backend);
  options.seed = recipe.seed;
  options.threads = threads;
  options.frozen = frozen_layers(recipe, network);
  options.statistics = Statistics::kTraining;
  options.backward = Backward::kAll;
  options.update = update_rule_for(recipe);
  options.accumulate = recipe.accumulate > 1;
  options.clip_norm = recipe.clip_norm;
  options.average = recipe.average;
  return options;
}

StepTrainer::StepTrainer(const Recipe& recipe, const Network& network, const Dataset& dataset, const Split& split,
                         Program& program)
    : recipe_(recipe),
      network_(network),
      program_(program),
      classes_(dataset.classes().size()),
      class_weights_(class_weights_for(recipe, dataset.classes(), training_photos(dataset, split))) {}

void StepTrainer::set_targets(LoadedBatch& loaded) const {
  Batch& batch = loaded.batch;
  const auto rows = static_cast<std::size_t>(batch.rows);
  const auto smoothing = static_cast<float>(recipe_.label_smoothing);
  const auto mixed_at = [&](std::size_t row) {
    return loaded.mixed.empty() ? MixedLabel{.share = 1, .other = batch.labels[row]} : loaded.mixed[row];
  };
  if (smoothing > 0 || !loaded.mixed.empty()) {
    // The labels get 1 - s by their shares, and every class s / classes.
    batch.soft_labels = Tensor(ElementType::kF32, {batch.rows, static_cast<std::int64_t>(classes_)});
    const auto values = batch.soft_labels.as<float>();
    std::ranges::fill(values, smoothing / static_cast<float>(classes_));
    for (std::size_t row = 0; row < rows; ++row) {
      const MixedLabel mixed = mixed_at(row);
      values[row * classes_ + static_cast<std::size_t>(batch.labels[row])] += (1 - smoothing) * mixed.share;
      values[row * classes_ + static_cast<std::size_t>(mixed.other)] += (1 - smoothing) * (1 - mixed.share);
    }
  }
  if (!class_weights_.empty()) {
    batch.weights.resize(rows);
    for (std::size_t row = 0; row < rows; ++row) {
      const MixedLabel mixed = mixed_at(row);
      batch.weights[row] = mixed.share * class_weights_[static_cast<std::size_t>(batch.labels[row])] +
                           (1 - mixed.share) * class_weights_[static_cast<std::size_t>(mixed.other)];
    }
  }
}

StepResult StepTrainer::train(const Batch& batch, bool update) {
  TrainCall call;
  call.rates = rates_;
  call.update = update;
  const TrainResult result = program_.train(batch, call);
  return {result.loss, count_right(*result.scores, batch)};
}

StepResult StepTrainer::step(LoadedBatch& loaded, double rate) {
  set_targets(loaded);
  const Batch& batch = loaded.batch;
  if (batch.epoch != epoch_) {
    epoch_ = batch.epoch;
    layer_rates_ = layer_rates(recipe_, network_, static_cast<double>(epoch_) - 1);  // the first epoch is 1
    rates_.resize(layer_rates_.size());
  }
  std::ranges::transform(layer_rates_, rates_.begin(), [&](double factor) { return rate * factor; });
  if (recipe_.accumulate == 1) {
    return train(batch, true);
  }
  StepResult sum;
  const double divisor = loss_divisor(batch);
  for (int first = 0; first < batch.rows; first += recipe_.batch) {
    const int rows = std::min(recipe_.batch, batch.rows - first);
    copy_rows(batch, first, rows, divisor, part_);
    const StepResult part = train(part_, first + rows == batch.rows);
    sum.loss += part.loss;
    sum.right += part.right;
  }
  return sum;
}

}  // namespace alexnet
