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

/// What a rank has a part of is put together for the observer: by all ranks in the same moment.
void show_whole(const GradientView& gradient, const GradientObserver& observer) {
  if (!gradient.complete) {
    observer(gradient);
    return;
  }
  Tensor whole = gradient.logical();
  GradientView view = gradient;
  if (whole.type() == ElementType::kF64) {
    view.values64 = whole.as<double>();
  } else {
    view.values = whole.as<float>();
  }
  observer(view);
}

}  // namespace

CompileOptions training_options_for(const Recipe& recipe, const Network& network, const Backend& backend, int threads,
                                    const DataParallel& parallel) {
  const Team team(parallel.ranks);
  CompileOptions options;
  options.batch = photos_of_rank(recipe.batch, team.size());
  options.precision = choose_precision(recipe.precision, backend);
  options.hold_gradients = !team.is_alone();
  options.communicator = parallel.ranks;
  options.share_statistics = !team.is_alone() && parallel.share_statistics;
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
                         Program& program, const DataParallel& parallel)
    : recipe_(recipe),
      network_(network),
      program_(program),
      team_(parallel.ranks),
      small_batch_(photos_of_rank(recipe.batch, team_.size())),
      classes_(dataset.classes().size()),
      class_weights_(class_weights_for(recipe, dataset.classes(), training_photos(dataset, split))) {
  if (!team_.is_alone()) {
    exchange_.emplace(parallel);
  }
}

std::optional<double> StepTrainer::take_hidden_share() {
  return exchange_ ? exchange_->take_hidden_share() : std::nullopt;
}

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

StepTrainer::Share StepTrainer::whole_share(LoadedBatch& loaded) const {
  Batch& batch = loaded.batch;
  batch.divisor = 0;
  const Share mine{batch.rows, static_cast<std::int64_t>(loaded.bad.size()), batch.rows > 0 ? loss_divisor(batch) : 0,
                   batch.rows};
  Share whole;
  for (const Share& share : team_.told(mine)) {
    whole.rows += share.rows;
    whole.bad += share.bad;
    whole.weight += share.weight;
    whole.most = std::max(whole.most, share.most);
  }
  if (!class_weights_.empty()) {  // the sum that one rank would take, to the bit
    Batch all;
    all.rows = static_cast<int>(whole.rows);
    all.weights = team_.joined(batch.weights);
    whole.weight = loss_divisor(all);
  }
  return whole;
}

StepResult StepTrainer::train(const Batch& batch, bool update, const GradientObserver& observer) {
  TrainCall call;
  call.rates = rates_;
  call.update = update;
  std::vector<GradientView> summed;  // for the observer, once they are
  if (update && exchange_) {
    call.observer = [&](const GradientView& gradient) {
      if (!gradient.complete) {
        exchange_->see(gradient);
      }
      summed.push_back(gradient);
    };
    call.before_update = [&] {
      exchange_->finish();
      if (observer) {
        std::ranges::for_each(summed, [&](const GradientView& gradient) { show_whole(gradient, observer); });
      }
    };
  } else if (update) {
    call.observer = observer;
  }
  const TrainResult result = program_.train(batch, call);
  return {.loss = result.loss, .rows = batch.rows, .right = count_right(*result.scores, batch)};
}

/// In small batches, as many as the rank with most rows has: ranks call their programs equally often.
StepResult StepTrainer::train_parts(const Batch& batch, int most_rows, const GradientObserver& observer) {
  StepResult sum;
  for (int first = 0; first < most_rows; first += small_batch_) {
    const int begin = std::min(first, batch.rows);
    copy_rows(batch, begin, std::min(small_batch_, batch.rows - begin), batch.divisor, part_);
    const StepResult part = train(part_, first + small_batch_ >= most_rows, observer);
    sum.loss += part.loss;
    sum.right += part.right;
  }
  return sum;
}

StepResult StepTrainer::step(LoadedBatch& loaded, double rate, const GradientObserver& observer) {
  set_targets(loaded);
  Batch& batch = loaded.batch;
  const Share whole = whole_share(loaded);
  StepResult sum{.rows = whole.rows, .bad = whole.bad};
  if (whole.rows == 0) {
    return sum;
  }
  batch.divisor = whole.weight;
  if (batch.epoch != epoch_) {
    epoch_ = batch.epoch;
    layer_rates_ = layer_rates(recipe_, network_, static_cast<double>(epoch_) - 1);  // the first epoch is 1
    rates_.resize(layer_rates_.size());
  }
  std::ranges::transform(layer_rates_, rates_.begin(), [&](double factor) { return rate * factor; });
  const StepResult mine = recipe_.accumulate == 1 ? train(batch, true, observer)
                                                  : train_parts(batch, static_cast<int>(whole.most), observer);
  for (const StepResult& part : team_.told(mine)) {
    sum.loss += part.loss;
    sum.right += part.right;
  }
  return sum;
}

}  // namespace alexnet
