// What a TrainingSession notices about itself.
#include <algorithm>

#include "alexnet/core/error.h"

#include "core/machine.h"
#include "train/training_session.h"
#include "train/watchdog.h"

namespace alexnet {
namespace {

std::string code_of(Message message) { return std::string(message_template(message, Language::kEnglish).code); }

/// Photos taken for the class that most are taken for.
std::int64_t most_predicted(const Evaluation& evaluation) {
  std::int64_t most = 0;
  for (std::size_t c = 0; c < evaluation.classes.size(); ++c) {
    std::int64_t predicted = 0;
    for (const auto& row : evaluation.confusion) {
      predicted += row[c];
    }
    most = std::max(most, predicted);
  }
  return most;
}

}  // namespace

bool TrainingSession::was_raised(Message message) const {
  return std::ranges::any_of(setup_.document.alarms,
                             [&](const RunAlarm& alarm) { return alarm.code == code_of(message); });
}

void TrainingSession::note(std::vector<TrainAlarm>& fresh, const std::optional<TrainAlarm>& alarm) {
  if (alarm && !was_raised(alarm->message)) {
    setup_.document.alarms.push_back(
        {code_of(alarm->message), alarm->epoch, format_message(alarm->message, alarm->arguments)});
    fresh.push_back(*alarm);
  }
}

std::vector<TrainAlarm> TrainingSession::watch(const EpochRow& row, const Evaluation& evaluation) {
  std::vector<TrainAlarm> fresh;
  if (row.epoch == 0) {
    return fresh;
  }
  note(fresh, watch_layers(row.epoch, evaluation));
  if (!was_raised(Message::kAlarmDeadLayer)) {  // which explains these two
    if (setup_.network.output() == OutputKind::kProbabilities) {
      note(fresh, still_guessing(row, evaluation.classes.size()));
    }
    note(fresh, one_answer(row.epoch, evaluation));
  }
  const std::vector<EpochRow> epochs = setup_.run.epochs();
  note(fresh, overfitting(epochs));
  note(fresh, val_rising(epochs));
  note(fresh, slow_photos(row, state_.wait_seconds));
  return fresh;
}

/// Layers stand in a row: behind a dead one all photos look the same and get one answer. So only then is it looked for.
std::optional<TrainAlarm> TrainingSession::watch_layers(int epoch, const Evaluation& evaluation) {
  if (was_raised(Message::kAlarmDeadLayer) || most_predicted(evaluation) < evaluation.count) {
    return std::nullopt;
  }
  val_loader_.start(0);
  const LoadedBatch* loaded = val_loader_.next();
  if (loaded == nullptr) {
    return std::nullopt;
  }
  const auto layer = dead_layer(setup_.backend, parameters_, loaded->batch, setup_.threads);
  return layer ? std::optional(dead_layer_alarm(epoch, *layer, loaded->batch.rows)) : std::nullopt;
}

/// Programs, the copy of weights and slots that is made to save them, batches made ahead, and resized photos kept.
void TrainingSession::watch_memory() {
  const MemoryReport training = train_program_->memory();
  const MemoryReport evaluation = infer_program_->memory();
  const Recipe& recipe = setup_.recipe;
  const auto photo = static_cast<std::int64_t>(geometry_.channels) * geometry_.height * geometry_.width;
  const auto square = static_cast<std::int64_t>(geometry_.channels) * geometry_.resize * geometry_.resize;
  const std::int64_t cache =
      std::min(recipe.cache_mib * kMiB, square * (setup_.document.photos[0] + setup_.document.photos[1]));
  const auto ahead = static_cast<std::int64_t>(LoaderOptions{}.prefetch) * photo;
  const std::int64_t arenas = training.arena_bytes + evaluation.arena_bytes;
  const MemoryNeed need{2 * training.parameter_bytes + cache + ahead * photos_per_step(recipe),
                        arenas / recipe.batch + ahead};
  if (const auto alarm = memory_short(need, free_before_, recipe)) {
    std::vector<TrainAlarm> fresh;
    note(fresh, alarm);
    tell(*alarm);  // in every session: the machine may be another
  }
}

}  // namespace alexnet
