#include "train/training_session.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/train/control.h"
#include "alexnet/train/schedule.h"

#include "core/machine.h"

namespace alexnet {
namespace {

constexpr double kSecondsPerMinute = 60;

/// What a rank would do next; but for `stop` the leader decides.
struct Wishes {
  int stop = 0;
  int stop_after_epoch = 0;
  int save = 0;
  int epochs = 0;
};

void check_seen(Part part, std::int64_t photos) {
  if (photos == 0) {
    throw Error(Message::kTooFewPhotos, {{"where", fmt::format("the {} part", name_of(part))},
                                         {"expected", "at least 1 photo that can be read"},
                                         {"got", "0"}});
  }
}

}  // namespace

// `weights` is taken by value so that the host copy is gone before the training begins.
TrainingSession::TrainingSession(SessionSetup setup, Weights weights)
    : setup_(std::move(setup)),
      team_(setup_.parallel.ranks),
      free_before_(free_memory()),
      geometry_(geometry_for(setup_.recipe, setup_.network)),
      parameters_(setup_.backend.parameters(setup_.network, std::exchange(weights, {}))),
      train_program_(compile(true)),
      infer_program_(compile(false)),
      train_loader_(setup_.dataset, setup_.split.items(Part::kTrain), loader_options(Part::kTrain)),
      val_loader_(setup_.dataset, team_.part_of(setup_.split.items(Part::kVal)), loader_options(Part::kVal)),
      steps_per_epoch_(train_loader_.batches()),
      last_save_(now_seconds()),
      step_trainer_(setup_.recipe, setup_.network, setup_.dataset, setup_.split, *train_program_, setup_.parallel),
      layer_norms_(setup_.network) {}

void TrainingSession::restore(std::int64_t step, const std::map<std::string, Weights>& slots, const TrainState& state) {
  for (const auto& [slot, values] : slots) {
    parameters_->write_slot(slot, values);
  }
  parameters_->set_step(step);
  state_ = state;
}

LoaderOptions TrainingSession::loader_options(Part part) const {
  const Recipe& recipe = setup_.recipe;
  LoaderOptions options;
  options.geometry = geometry_;
  options.batch = part == Part::kTrain ? photos_per_step(recipe) : recipe.batch;
  options.threads = loader_threads_for(recipe);
  options.seed = recipe.seed;
  options.disk_cache = setup_.disk_cache;
  // The parts share the memory by their numbers of photos.
  const auto all = static_cast<double>(std::max<std::size_t>(1, setup_.dataset.size()));
  const double share = static_cast<double>(setup_.split.items(part).size()) / all;
  options.cache_bytes =
      static_cast<std::int64_t>(share * static_cast<double>(recipe.cache_mib * kMiB) / ranks_on_this_machine());
  if (part == Part::kTrain) {
    options.augmentation = augmentation_for(recipe, setup_.network);
    options.shuffle = true;
    options.sampler = recipe.sampler;
    options.rank = team_.rank();
    options.ranks = team_.size();
  }
  return options;
}

std::unique_ptr<Program> TrainingSession::compile(bool training) const {
  CompileOptions options;
  if (training) {
    options = training_options_for(setup_.recipe, setup_.network, setup_.backend, setup_.threads, setup_.parallel);
  } else {
    options.batch = setup_.recipe.batch;
    options.threads = setup_.threads;
    options.read_average = setup_.recipe.average > 0;
  }
  return setup_.backend.compile(setup_.network, parameters_, options);
}

double TrainingSession::rate_of(std::int64_t step) const {
  return rate_at(setup_.recipe, step, steps_per_epoch_) * state_.plateau.factor;
}

void TrainingSession::tell(const TrainEvent& event) const {
  if (setup_.listener && team_.leads()) {
    setup_.listener(event);
  }
}

void TrainingSession::tell_skipped(const std::vector<BadPhoto>& photos) {
  std::vector<BadPhoto> fresh;
  std::copy_if(photos.begin(), photos.end(), std::back_inserter(fresh),
               [&](const BadPhoto& photo) { return told_.insert(photo.item).second; });
  for (const BadPhoto& photo : fresh) {
    auto& noted = setup_.document.skipped;
    if (noted.size() < kMostSkipped && std::ranges::find(noted, photo.path, &SkippedPhoto::path) == noted.end()) {
      noted.push_back({photo.path, photo.reason});
    }
  }
  if (!fresh.empty()) {
    tell(PhotosSkipped{std::move(fresh)});
  }
}

TrainStarted TrainingSession::started() const {
  const RunDocument& document = setup_.document;
  const MemoryReport training = train_program_->memory();
  TrainStarted event;
  event.run = setup_.run.path();
  event.data = document.data_name;
  std::copy(std::begin(document.photos), std::end(document.photos), std::begin(event.photos));
  event.classes = document.classes;
  event.network = document.network;
  event.parameters = document.parameters;
  event.trainable = document.trainable;
  event.backend = document.backend;
  event.ranks = team_.size();
  event.precision = document.precision;
  event.recipe = document.recipe;
  event.memory_bytes = training.arena_bytes + training.parameter_bytes + infer_program_->memory().arena_bytes;
  event.epochs = setup_.recipe.epochs;
  event.steps_per_epoch = steps_per_epoch_;
  event.epoch = state_.epoch;
  event.step = parameters_->step();
  return event;
}

TrainOutcome TrainingSession::run() {
  try {
    if (team_.leads()) {
      discard_control(setup_.run);
    }
    save_document(RunState::kRunning);
    tell(started());
    watch_memory();
    return train_to_end();
  } catch (const std::exception& error) {
    setup_.document.error = error.what();
    try {
      save_document(RunState::kFailed);
    } catch (const Error&) {
      // The disk that was full for the model is full for run.json too; the first error is the one to tell.
    }
    throw;
  }
}

TrainOutcome TrainingSession::train_to_end() {
  while (state_.epoch <= setup_.recipe.epochs && !out_of_patience()) {
    if (!train_epoch() || !evaluate_epoch()) {
      save_checkpoint();
      return stopped();
    }
    if (asked_to_stop_after_epoch_ && state_.epoch <= setup_.recipe.epochs) {
      return stopped();
    }
  }
  return finish();
}

/// From the state's place in the epoch to its end. False when it was told to stop.
bool TrainingSession::train_epoch() {
  clock_.begin_epoch();
  bool stop = agree();
  if (state_.epoch == 0) {
    return !stop;
  }
  const double waited_before = state_.wait_seconds;
  train_loader_.start(static_cast<std::uint32_t>(state_.epoch), state_.position);
  while (!stop) {
    const double begin = now_seconds();
    const std::int64_t photos_before = state_.photos;
    LoadedBatch* loaded = train_loader_.next();
    if (loaded == nullptr) {
      check_seen(Part::kTrain, state_.photos);
      return true;
    }
    const double rate =
        rate_of((state_.epoch - 1) * steps_per_epoch_ + state_.position / photos_per_step(setup_.recipe));
    train_step(*loaded, rate);
    const double seconds = now_seconds() - begin;
    state_.train_seconds += seconds;
    state_.seconds += seconds;
    state_.wait_seconds = waited_before + train_loader_.waited_seconds();
    clock_.add_step(seconds, state_.photos - photos_before);
    tell_step(rate);
    obey();
    stop = agree();
    if (asked_to_save_ && !stop) {
      save_checkpoint();
    }
  }
  return false;
}

bool TrainingSession::is_time_to_save() const {
  const double minutes = setup_.recipe.checkpoint_minutes;
  return asked_to_save_ || (minutes > 0 && now_seconds() - last_save_ >= minutes * kSecondsPerMinute);
}

bool TrainingSession::agree() {
  const Wishes mine{hears_stop(), asked_to_stop_after_epoch_, is_time_to_save(), setup_.recipe.epochs};
  const std::vector<Wishes> all = team_.told(mine);
  const Wishes& leader = all.front();
  asked_to_stop_after_epoch_ = leader.stop_after_epoch != 0;
  setup_.recipe.epochs = leader.epochs;
  asked_to_save_ = leader.save != 0;
  return std::ranges::any_of(all, [](const Wishes& wishes) { return wishes.stop != 0; });
}

bool TrainingSession::out_of_patience() const {
  const int patience = setup_.recipe.patience;
  return patience > 0 && state_.best && state_.epoch - 1 - state_.best->epoch >= patience;
}

void TrainingSession::train_step(LoadedBatch& loaded, double rate) {
  const bool is_last = state_.position / photos_per_step(setup_.recipe) + 1 == steps_per_epoch_;
  const StepResult result = step_trainer_.step(loaded, rate, is_last ? layer_norms_.observer() : GradientObserver());
  if (result.bad > 0) {
    tell_skipped(team_.joined(loaded.bad));
  }
  if (result.rows > 0) {
    check_loss(result.loss);
    if (is_last) {
      state_.gradient_norms = layer_norms_.gradient_norms();
    }
    const auto photos = static_cast<double>(result.rows);
    state_.loss_sum += result.loss * photos;
    state_.photos += result.rows;
    state_.right += result.right;
    if (team_.leads()) {
      setup_.run.append(
          StepRow{parameters_->step(), state_.epoch, result.loss, static_cast<double>(result.right) / photos, rate});
    }
  }
  state_.position = loaded.next_position;
}

void TrainingSession::tell_step(double rate) const {
  const auto photos = static_cast<double>(std::max<std::int64_t>(1, state_.photos));
  StepDone event;
  event.epoch = state_.epoch;
  event.epochs = setup_.recipe.epochs;
  event.steps = steps_per_epoch_;
  const int photos_a_step = photos_per_step(setup_.recipe);
  event.step = (state_.position + photos_a_step - 1) / photos_a_step;
  event.total_step = parameters_->step();
  event.loss = state_.loss_sum / photos;
  event.top1 = static_cast<double>(state_.right) / photos;
  event.rate = rate;
  event.photos_per_second = clock_.photos_per_second();
  event.wait_share = state_.train_seconds > 0 ? state_.wait_seconds / state_.train_seconds : 0;
  const std::int64_t epochs_left = event.epochs - event.epoch;
  event.epoch_seconds_left = clock_.seconds_for(event.steps - event.step, 1);
  event.run_seconds_left = clock_.seconds_for(event.steps - event.step + epochs_left * event.steps, 1 + epochs_left);
  tell(event);
}

EpochRow TrainingSession::epoch_row(const Evaluation& evaluation, double evaluation_seconds) const {
  EpochRow row;
  row.epoch = state_.epoch;
  row.train_loss = row.train_top1 = std::numeric_limits<double>::quiet_NaN();
  if (state_.epoch > 0) {
    const auto photos = static_cast<double>(state_.photos);
    row.train_loss = state_.loss_sum / photos;
    row.train_top1 = static_cast<double>(state_.right) / photos;
    row.photos_per_second = state_.train_seconds > 0 ? photos / state_.train_seconds : 0;
    row.wait_share = state_.train_seconds > 0 ? state_.wait_seconds / state_.train_seconds : 0;
    // of the epoch's last step
    row.rate = rate_of(state_.epoch * steps_per_epoch_ - 1);
  }
  row.val_loss = evaluation.loss;
  row.val_top1 = evaluation.top1;
  row.val_top5 = evaluation.top5;
  row.seconds = state_.train_seconds + evaluation_seconds;
  row.best = is_better(row, state_.best);
  return row;
}

/// Evaluates, saves and goes on to the next epoch. False when it was told to stop; the evaluation is then made anew.
bool TrainingSession::evaluate_epoch() {
  const double begin = now_seconds();
  merge_statistics();
  renew_whole_weights();
  const std::optional<Evaluation> evaluation = evaluate_part(Part::kVal);
  if (!evaluation) {
    return false;
  }
  check_loss(evaluation->loss);
  const double seconds = now_seconds() - begin;
  clock_.add_evaluation(seconds);
  const EpochRow row = epoch_row(*evaluation, seconds);
  if (row.best) {
    save_best(row);
    state_.best = row;
  }
  std::vector<TrainAlarm> alarms;
  const Weights weights = reads_weights() ? parameters_->read() : Weights{};
  if (team_.leads()) {
    setup_.run.append(row);
    save_insight(row.epoch, weights, *evaluation);
    alarms = watch(row, *evaluation);
  }
  state_.seconds += seconds;
  if (state_.epoch > 0 && setup_.recipe.schedule == ScheduleKind::kPlateau) {
    state_.plateau.see(row.val_top1, setup_.recipe);
  }
  state_.next_epoch();
  save_checkpoint();
  tell(EpochDone{row, setup_.recipe.epochs, &setup_.network, first_filters_, step_trainer_.take_hidden_share()});
  for (const TrainAlarm& alarm : alarms) {
    tell(alarm);
  }
  return true;
}

Loader& TrainingSession::loader_of(Part part, std::optional<Loader>& other) {
  if (part == Part::kVal) {
    return val_loader_;
  }
  return other.emplace(setup_.dataset, team_.part_of(setup_.split.items(part)), loader_options(part));
}

bool TrainingSession::has_seen(Part part, std::int64_t photos, const std::vector<BadPhoto>& skipped) {
  if (agree()) {
    return false;
  }
  tell_skipped(skipped);
  check_seen(part, photos);
  return true;
}

std::optional<Evaluation> TrainingSession::evaluate_part(Part part) {
  std::optional<Loader> other;
  Evaluation evaluation = evaluate(*infer_program_, loader_of(part, other), setup_.dataset.classes(),
                                   setup_.network.output(), [&](auto...) { return !hears_stop(); });
  if (!team_.is_alone()) {
    std::vector<BadPhoto> skipped = team_.joined(evaluation.skipped);
    evaluation = summarize(team_.joined(evaluation.photos), setup_.dataset.classes(), setup_.network.output());
    evaluation.skipped = std::move(skipped);
  }
  if (!has_seen(part, evaluation.count, evaluation.skipped)) {
    return std::nullopt;
  }
  return evaluation;
}

std::optional<PhotoScores> TrainingSession::score_part(Part part) {
  std::optional<Loader> other;
  PhotoScores scores = score_photos(*infer_program_, loader_of(part, other), setup_.network.output(),
                                    [&](auto...) { return !hears_stop(); });
  std::int64_t seen = 0;
  for (const std::size_t photos : team_.told(scores.items.size())) {
    seen += static_cast<std::int64_t>(photos);
  }
  scores = team_.joined_at_leader(std::move(scores));
  if (!has_seen(part, seen, scores.skipped)) {
    return std::nullopt;
  }
  return scores;
}

}  // namespace alexnet
