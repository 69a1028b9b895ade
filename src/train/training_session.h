#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "alexnet/data/loader.h"
#include "alexnet/formats/model_file.h"
#include "alexnet/infer/calibration.h"
#include "alexnet/train/trainer.h"

#include "train/layer_norms.h"
#include "train/step_clock.h"
#include "train/step_trainer.h"
#include "train/team.h"
#include "train/train_state.h"

namespace alexnet {

inline constexpr const char* kRecipeFile = "recipe.toml";
inline constexpr std::int64_t kMiB = 1 << 20;

/// What `train` and `resume` have in common once they know what to work on.
struct SessionSetup {
  const Backend& backend;
  const Dataset& dataset;
  const Split& split;
  const Network& network;
  Recipe recipe;  ///< its number of epochs may be changed from outside
  RunFolder& run;
  const TrainListener& listener;
  const std::atomic<int>& stop;
  int threads = 0;
  RunDocument document = {};
  std::shared_ptr<DiskCache> disk_cache = {};
  DataParallel parallel = {};
  int towers = 1;
};

/// One process's share of a training: from its start or a checkpoint to its end or a stop. Several ranks go through it
/// in step; their sessions' states are equal, but for what is measured (seconds). Rank 0 alone writes and tells.
class TrainingSession {
 public:
  TrainingSession(SessionSetup setup, Weights weights);
  /// Goes to the place of a checkpoint whose weights it was made with.
  void restore(std::int64_t step, const std::map<std::string, Weights>& slots, const TrainState& state);
  TrainOutcome run();

 private:
  [[nodiscard]] LoaderOptions loader_options(Part part) const;
  [[nodiscard]] std::unique_ptr<Program> compile(bool training) const;
  /// Of the step `step` of the whole training.
  [[nodiscard]] double rate_of(std::int64_t step) const;
  /// This rank's own view of it, for what only it does.
  [[nodiscard]] bool hears_stop() const { return setup_.stop.load() != 0 || asked_to_stop_; }
  /// Ranks stop, save and change the number of epochs between the same two steps. True when they are to stop; whether
  /// they are to save is asked_to_save_.
  bool agree();
  /// Does what control.json asks for; looks for it twice a second.
  void obey();
  [[nodiscard]] bool is_time_to_save() const;
  void train_until(int epochs);
  void tell(const TrainEvent& event) const;
  void tell_skipped(const std::vector<BadPhoto>& photos);
  [[nodiscard]] TrainStarted started() const;

  TrainOutcome train_to_end();
  bool train_epoch();
  void train_step(LoadedBatch& loaded, double rate);
  /// Whether the best result on val is older than the recipe's patience.
  [[nodiscard]] bool out_of_patience() const;
  void tell_step(double rate) const;
  bool evaluate_epoch();
  [[nodiscard]] EpochRow epoch_row(const Evaluation& evaluation, double evaluation_seconds) const;
  /// What is told after an epoch, each kind once in a run; it is noted for run.json.
  std::vector<TrainAlarm> watch(const EpochRow& row, const Evaluation& evaluation);
  std::optional<TrainAlarm> watch_layers(int epoch, const Evaluation& evaluation);
  /// Tells before anything is computed when memory will not suffice.
  void watch_memory();
  [[nodiscard]] bool was_raised(Message message) const;
  void note(std::vector<TrainAlarm>& fresh, const std::optional<TrainAlarm>& alarm);
  /// That of val, or a new one that is put into `other`.
  [[nodiscard]] Loader& loader_of(Part part, std::optional<Loader>& other);
  /// What belongs to the end of each look at a part. False when it was told to stop on the way.
  [[nodiscard]] bool has_seen(Part part, std::int64_t photos, const std::vector<BadPhoto>& skipped);
  /// Nothing when it was told to stop on the way.
  [[nodiscard]] std::optional<Evaluation> evaluate_part(Part part);
  /// The scores are the leader's alone.
  [[nodiscard]] std::optional<PhotoScores> score_part(Part part);
  /// Evaluates the best model; everything of the training itself is saved already.
  TrainOutcome finish();
  TrainOutcome stopped();

  /// Weights as they are now; throws kLossNotFinite when one is no number, so that none such is ever saved.
  [[nodiscard]] Weights finite_weights() const;
  /// The same, with the moving average in their place where there is one: what is evaluated and saved as a model.
  [[nodiscard]] Weights weights_to_use() const;
  /// Puts such weights where the evaluation reads them.
  void use(const Weights& weights);
  /// Throws kLossNotFinite when a loss is no number.
  void check_loss(double loss) const;
  [[noreturn]] void fail_not_finite(const std::vector<std::string>& parameters) const;
  [[nodiscard]] std::map<std::string, std::string> facts(const EpochRow* row) const;
  /// Whether this rank takes part when weights are read: the leader, or all where each has a part of them.
  [[nodiscard]] bool reads_weights() const { return team_.leads() || setup_.parallel.hybrid; }
  /// Where each rank trains a part of the weights, all get the whole ones to evaluate with.
  void renew_whole_weights();
  /// Running averages that ranks took of their own photos become those of all.
  void merge_statistics();
  /// Rows of layers.csv and wrong.csv.
  void save_insight(int epoch, const Weights& weights, const Evaluation& evaluation);
  void save_best(const EpochRow& row);
  void save_calibration(const Calibration& calibration);
  void save_checkpoint();
  void save_document(RunState state);

  SessionSetup setup_;
  Team team_;
  std::int64_t free_before_;  // memory, before this training took any
  Geometry geometry_;
  std::shared_ptr<Parameters> parameters_;
  std::unique_ptr<Program> train_program_;
  std::unique_ptr<Program> infer_program_;
  Loader train_loader_;
  Loader val_loader_;
  std::int64_t steps_per_epoch_;
  TrainState state_;
  StepClock clock_;
  double last_save_;
  StepTrainer step_trainer_;
  LayerNorms layer_norms_;
  double looked_ = 0;           // for control.json
  bool asked_to_stop_ = false;  // by control.json
  bool asked_to_save_ = false;  // by control.json or the clock
  bool asked_to_stop_after_epoch_ = false;
  Weights first_filters_;       // of the latest checkpoint
  std::set<std::size_t> told_;  // photos that were reported as unreadable
};

}  // namespace alexnet
