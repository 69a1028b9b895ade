#include "alexnet/train/rate_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/data/loader.h"

#include "formats/csv.h"
#include "train/start_weights.h"
#include "train/step_trainer.h"

namespace alexnet {
namespace {

constexpr double kKept = 0.9;        // of a loss's weight, from step to step
constexpr double kDiverged = 4;      // times the least smoothed loss
constexpr double kLeastFall = 0.05;  // of the first loss
constexpr double kRoomForMomentum = 10;

/// Mean of all losses so far; the newest weighs most.
class Smoother {
 public:
  double add(double loss) {
    sum_ = kKept * sum_ + (1 - kKept) * loss;
    weight_ = kKept * weight_ + (1 - kKept);
    return sum_ / weight_;
  }

 private:
  double sum_ = 0;
  double weight_ = 0;
};

void check(const RateSearchOptions& options) {
  const bool rises = options.lowest > 0 && options.lowest < options.highest && std::isfinite(options.highest);
  if (!rises || options.steps < 2) {
    throw Error(Message::kOptionInvalid,
                {{"where", "lowest, highest, steps"},
                 {"expected", "a lowest rate above 0 and below the highest, and at least 2 steps"},
                 {"got", fmt::format("{}, {}, {}", options.lowest, options.highest, options.steps)}});
  }
}

double rate_of(const RateSearchOptions& options, int step) {
  return options.lowest * std::pow(options.highest / options.lowest, static_cast<double>(step) / (options.steps - 1));
}

/// The training photos, epoch after epoch.
class EndlessPhotos {
 public:
  explicit EndlessPhotos(const TrainTask& task)
      : loader_(task.dataset, task.split.items(Part::kTrain), options(task)) {}

  /// The next batch with a photo that can be read.
  LoadedBatch& next() {
    bool seen = false;  // in this epoch
    while (true) {
      LoadedBatch* loaded = loader_.next();
      if (loaded != nullptr && loaded->batch.rows > 0) {
        return *loaded;
      }
      if (loaded == nullptr && std::exchange(seen, true)) {
        throw Error(Message::kTooFewPhotos,
                    {{"where", "the train part"}, {"expected", "at least 1 photo that can be read"}, {"got", "0"}});
      }
      if (loaded == nullptr) {
        loader_.start(++epoch_);
      }
    }
  }
  void start() { loader_.start(epoch_); }

 private:
  static LoaderOptions options(const TrainTask& task) {
    const Recipe& recipe = task.recipe.recipe;
    LoaderOptions options;
    options.geometry = geometry_for(recipe, task.network);
    options.augmentation = augmentation_for(recipe, task.network);
    options.batch = photos_per_step(recipe);
    options.threads = loader_threads_for(recipe);
    options.shuffle = true;
    options.sampler = recipe.sampler;
    options.seed = recipe.seed;
    options.disk_cache = task.disk_cache;
    options.cache_bytes = static_cast<std::int64_t>(recipe.cache_mib) << 20;
    return options;
  }

  Loader loader_;
  std::uint32_t epoch_ = 1;
};

}  // namespace

std::string_view name_of(RateSearchEnd end) {
  switch (end) {
    case RateSearchEnd::kRange:
      return "range";
    case RateSearchEnd::kDiverged:
      return "diverged";
    case RateSearchEnd::kStopped:
      return "stopped";
  }
  return "";
}

RateSearch judge_rates(std::vector<RatePoint> points, RateSearchEnd end) {
  RateSearch search{std::move(points), end};
  const auto least = std::ranges::min_element(search.points, [](const RatePoint& a, const RatePoint& b) {
    return a.smoothed < b.smoothed || (std::isnan(b.smoothed) && !std::isnan(a.smoothed));
  });
  if (least != search.points.end()) {
    search.least_loss_rate = least->rate;
    const double first = search.points.front().loss;
    search.suggested = first - least->smoothed >= kLeastFall * first ? least->rate / kRoomForMomentum : 0;
  }
  return search;
}

RateSearch find_rate(const TrainTask& task, const RateSearchOptions& options, const RateProgress& progress,
                     const std::atomic<int>& stop) {
  check(options);
  check_task(task);
  const Recipe& recipe = task.recipe.recipe;
  const auto parameters = task.backend.parameters(task.network, start_weights(task, stop));
  const auto program = task.backend.compile(task.network, parameters,
                                            training_options_for(recipe, task.network, task.backend, task.threads));
  StepTrainer trainer(recipe, task.network, task.dataset, task.split, *program);
  EndlessPhotos photos(task);
  photos.start();
  Smoother smoother;
  std::vector<RatePoint> points;
  double least = std::numeric_limits<double>::infinity();
  for (int step = 0; step < options.steps; ++step) {
    if (stop.load() != 0) {
      return judge_rates(std::move(points), RateSearchEnd::kStopped);
    }
    const double rate = rate_of(options, step);
    const double loss = trainer.step(photos.next(), rate).loss;
    points.push_back({rate, loss, smoother.add(loss)});
    least = std::fmin(least, points.back().smoothed);
    if (progress) {
      progress(points.back(), step + 1, options.steps);
    }
    if (!(points.back().smoothed <= kDiverged * least)) {
      return judge_rates(std::move(points), RateSearchEnd::kDiverged);
    }
  }
  return judge_rates(std::move(points), RateSearchEnd::kRange);
}

std::string to_csv(const RateSearch& search) {
  std::string text = "rate,loss,smoothed\n";
  for (const RatePoint& point : search.points) {
    text += fmt::format("{},{},{}\n", csv_number(point.rate), csv_number(point.loss), csv_number(point.smoothed));
  }
  return text;
}

}  // namespace alexnet
