#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alexnet/data/dataset.h"
#include "alexnet/data/disk_cache.h"
#include "alexnet/data/split.h"
#include "alexnet/formats/run_folder.h"
#include "alexnet/infer/calibration.h"
#include "alexnet/network/network.h"
#include "alexnet/network/weights.h"
#include "alexnet/runtime/backend.h"
#include "alexnet/train/data_parallel.h"
#include "alexnet/train/recipe.h"
#include "alexnet/train/run_document.h"
#include "alexnet/train/train_event.h"

namespace alexnet {

/// What a training works with. The references outlive the call.
struct TrainTask {
  const Backend& backend;
  const Dataset& dataset;
  Network network;  ///< its output kind belongs to the recipe's loss (with_output_for)
  Split split;
  std::vector<std::string> content_hashes;
  ResolvedRecipe recipe;
  /// What open_dataset takes: a known set's name, or a folder. Noted in run.json for resume.
  std::string data;
  std::vector<std::string> command_line = {};
  int threads = 0;  ///< of the computation; 0 = the backend's default
  /// Parameters to start from; the others start by their Initializer and the recipe's seed.
  Weights weights = {};
  std::shared_ptr<DiskCache> disk_cache = {};  ///< for prepared photos; changes no figure
  DataParallel parallel = {};                  ///< the ranks that train together; every one calls train
  int towers = 1;  ///< that the backend cuts networks into (make_tower_backend): each has its own checkpoint file
};

/// What can be known to be wrong before a run folder is made. Throws kTooFewPhotos (no full batch, or nothing to
/// validate on), kClassCountDiffers, kOptionInvalid (recipe against network).
void check_task(const TrainTask& task);

/// How to go on with a run.
struct ResumeTask {
  const Backend& backend;
  const Dataset& dataset;  ///< of the run's data (RunDocument::data)
  std::vector<std::string> content_hashes;
  std::optional<int> epochs = {};              ///< other than the run's own
  std::vector<std::string> command_line = {};  ///< noted in run.json beside the first one
  int threads = 0;
  std::shared_ptr<DiskCache> disk_cache = {};
  DataParallel parallel = {};  ///< on any number of ranks, whatever the run began with
  int towers = 1;              ///< whatever the run began with
};

struct TrainOutcome {
  RunState state = RunState::kDone;  ///< kDone or kStopped
  RunDocument document;              ///< what run.json holds
  std::optional<Evaluation> result;  ///< of the best model, where the training ended
  /// What the model learnt about its confidence on val, and what that is worth on test. Nothing for hinge scores, few
  /// photos (see calibrate), and no test part.
  std::optional<Calibration> calibration = {};
  std::optional<CalibrationReport> calibration_on_test = {};
};

/// Trains and fills `run`: recipe.toml, split.csv, class_weights.csv (a copy of the recipe's file, where it has one)
/// and run.json first, then metrics.csv and steps.csv as it goes, model.safetensors at each best epoch (larger val
/// top-1, then smaller val loss, then the earlier), last.safetensors after every epoch, every checkpoint_minutes and on
/// a stop; predictions.csv at the end, when the model gets its calibration too (see calibrate). `stop`: 0 go on; else
/// the step is finished, everything is saved and the call
/// returns with kStopped. Repeats: equal task, backend and number of compute threads give equal files, whatever the
/// loader threads; a training that was stopped or killed anywhere and resumed ends bit for bit like one that was not.
/// Of several ranks the first alone fills `run`, tells the listener and has a result; the others' weights to start from
/// are the first one's. When `stop` is set at one rank, all stop after the same step.
/// Throws kTooFewPhotos (no full batch, or nothing to validate on), kOptionInvalid (recipe against network),
/// kCommunication (another rank is gone), kLossNotFinite (step and layer; the last good checkpoint stays), kDiskFull
/// and other errors of writing (what was written before stays whole).
TrainOutcome train(const TrainTask& task, RunFolder& run, const TrainListener& listener, const std::atomic<int>& stop);

/// Goes on from the run's checkpoint, with its recipe.toml and split.csv. A run that is done stays as it is, unless
/// `epochs` asks for more. Throws kDataChanged when a photo was added, removed, changed or moved to another class,
/// kResumeMissing, and what train throws.
TrainOutcome resume(const ResumeTask& task, RunFolder& run, const TrainListener& listener,
                    const std::atomic<int>& stop);

}  // namespace alexnet
