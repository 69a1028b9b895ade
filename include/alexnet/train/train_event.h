#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "alexnet/core/error.h"
#include "alexnet/data/loader.h"
#include "alexnet/formats/run_folder.h"
#include "alexnet/infer/evaluation.h"
#include "alexnet/network/network.h"
#include "alexnet/network/weights.h"

namespace alexnet {

/// What a training tells while it runs. All are called from the training's own thread.

/// Before anything is computed.
struct TrainStarted {
  std::filesystem::path run;
  std::string data;
  std::int64_t photos[3] = {0, 0, 0};  ///< train, val, test
  std::vector<std::string> classes;
  std::string network;
  std::int64_t parameters = 0;
  std::int64_t trainable = 0;
  std::string backend;
  int ranks = 1;          ///< that train together
  std::string precision;  ///< of the training: "f32"; what val and test are measured at is f32
  std::string recipe;
  std::int64_t memory_bytes = 0;  ///< of training: parameters, slots and the plan of the Program's arena
  int epochs = 0;
  std::int64_t steps_per_epoch = 0;
  int epoch = 0;          ///< that is worked on first: 0 = the untrained network, more where a run goes on
  std::int64_t step = 0;  ///< updates already applied
};

/// After each update.
struct StepDone {
  int epoch = 0;  ///< from 1
  int epochs = 0;
  std::int64_t step = 0;  ///< in the epoch, from 1
  std::int64_t steps = 0;
  std::int64_t total_step = 0;
  double loss = 0;  ///< running mean of the epoch
  double top1 = 0;  ///< running share of the epoch
  double rate = 0;
  double photos_per_second = 0;   ///< of this epoch, in this session
  double wait_share = 0;          ///< share of the time spent waiting for photos
  double epoch_seconds_left = 0;  ///< NaN until it can be told (5 steps)
  double run_seconds_left = 0;    ///< likewise
};

/// After each evaluation on the validation part: the row that stands in metrics.csv.
struct EpochDone {
  EpochRow row;
  int epochs = 0;
  const Network* network = nullptr;  ///< valid during the call
  Weights first_filters = {};        ///< weights of its first convolution; empty where it has none
  /// Of the time in which gradients were on their way between ranks, the share that was spent computing; nothing for
  /// one rank.
  std::optional<double> hidden_share = {};
};

/// A file was written: the best model or a checkpoint.
struct ModelSaved {
  std::filesystem::path file;
  bool best = false;
};

/// Photos that could not be read, each told once.
struct PhotosSkipped {
  std::vector<BadPhoto> photos;
};

/// Something that its owner should know, with what to do about it; each kind is told once.
struct TrainAlarm {
  int epoch = 0;  ///< after which it was seen; 0 = before the first
  Message message = Message::kAlarmGuessing;
  MessageArguments arguments = {};
};

/// The training was told to stop, and everything is saved.
struct TrainStopped {
  std::filesystem::path run;
  int epoch = 0;
  std::int64_t step = 0;  ///< in the epoch
};

/// The best model was evaluated on the test part (on val where there is none); predictions.csv and run.json are
/// written.
struct TrainFinished {
  std::filesystem::path run;
  EpochRow best;
  std::string part;
  Evaluation result;
  double seconds = 0;
};

using TrainEvent =
    std::variant<TrainStarted, StepDone, EpochDone, ModelSaved, PhotosSkipped, TrainAlarm, TrainStopped, TrainFinished>;
using TrainListener = std::function<void(const TrainEvent&)>;

}  // namespace alexnet
