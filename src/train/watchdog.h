#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alexnet/formats/run_folder.h"
#include "alexnet/infer/evaluation.h"
#include "alexnet/runtime/backend.h"
#include "alexnet/train/recipe.h"
#include "alexnet/train/train_event.h"

/// What a training notices about itself. Each gives an alarm or nothing; saying it only once is left to the caller.
namespace alexnet {

/// From the third epoch on: the loss of training is within 1 % of ln(classes), that of guessing.
[[nodiscard]] std::optional<TrainAlarm> still_guessing(const EpochRow& row, std::size_t classes);

/// From the third epoch on: more than 90 % of the val photos are taken for one class that has less than 75 % of them.
[[nodiscard]] std::optional<TrainAlarm> one_answer(int epoch, const Evaluation& evaluation);

/// From the third epoch on: top-1 of training is more than 20 points above the best of val in the last five epochs.
[[nodiscard]] std::optional<TrainAlarm> overfitting(const std::vector<EpochRow>& rows);

/// The least val loss is at least five epochs old, all since then lie more than 10 % above it (the last five are looked
/// at), and the rate has fallen to half of its largest or never falls.
[[nodiscard]] std::optional<TrainAlarm> val_rising(const std::vector<EpochRow>& rows);

/// More than 20 % of the epoch's training, and at least 5 seconds, were spent waiting for photos.
[[nodiscard]] std::optional<TrainAlarm> slow_photos(const EpochRow& row, double wait_seconds);

/// What a training needs beside what every program needs.
struct MemoryNeed {
  std::int64_t fixed = 0;      ///< bytes, whatever the batch
  std::int64_t per_photo = 0;  ///< bytes for each photo of a batch
};
/// The need is above `free` bytes (0 = not known). Says the batch that would fit, with `accumulate` for equal steps.
[[nodiscard]] std::optional<TrainAlarm> memory_short(const MemoryNeed& need, std::int64_t free, const Recipe& recipe);

/// The first ReLU that gives 0 for every value of the batch, by a program over these parameters.
[[nodiscard]] std::optional<std::string> dead_layer(const Backend& backend,
                                                    const std::shared_ptr<Parameters>& parameters, const Batch& batch,
                                                    int threads);
[[nodiscard]] TrainAlarm dead_layer_alarm(int epoch, const std::string& layer, int photos);

}  // namespace alexnet
