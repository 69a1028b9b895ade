#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "alexnet/data/loader.h"
#include "alexnet/formats/model_file.h"
#include "alexnet/infer/precision_choice.h"
#include "alexnet/infer/views.h"
#include "alexnet/runtime/backend.h"

namespace alexnet {

struct Interval {
  double low = 0;
  double high = 1;
};

/// 95 % score interval of a share. (0, 1) for no trials. Source: Wilson 1927.
[[nodiscard]] Interval wilson_interval(std::int64_t successes, std::int64_t trials);

/// What one row of scores says about a photo whose class is known.
struct Verdict {
  std::int32_t predicted = 0;  ///< the largest score; the first of equal ones
  bool top5 = false;           ///< fewer than five classes rank before the label (equal scores: in class order)
  double value = 0;            ///< of the predicted class: probability, or hinge score
  double label_value = 0;      ///< of the label
  double loss = 0;             ///< cross-entropy, or multi-class hinge
};
[[nodiscard]] Verdict judge(std::span<const double> scores, std::int32_t label, OutputKind output);

/// Row `row` of a scores tensor (f32 or f64) in double.
[[nodiscard]] std::vector<double> row_of(const Tensor& scores, int row);

/// What scores of `views` rows a photo say of photo `photo`: mean_scores of its rows.
[[nodiscard]] std::vector<double> scores_of_photo(const Tensor& scores, int photo, int views, OutputKind output);

struct PhotoResult {
  std::size_t item = 0;  ///< in the data set
  std::int32_t label = 0;
  Verdict verdict;
};

/// Shares are 0 where they would divide by nothing (a class never predicted, or without a photo).
struct ClassResult {
  std::string name;
  double precision = 0;
  double recall = 0;
  double f1 = 0;
  std::int64_t support = 0;
};

/// Means over classes.
struct ClassMeans {
  double precision = 0;
  double recall = 0;
  double f1 = 0;
};

/// Photos of one class that were taken for another.
struct ConfusedPair {
  std::size_t is = 0;
  std::size_t taken_for = 0;
  std::int64_t count = 0;
  double share = 0;  ///< of all errors
};

/// What a network does on photos whose classes are known: the one source of every such number.
struct Evaluation {
  OutputKind output = OutputKind::kProbabilities;
  std::int64_t count = 0;
  double top1 = 0;
  double top5 = 0;
  double loss = 0;  ///< mean; of the scores as they are, no temperature is applied
  Interval top1_interval = {};
  Interval top5_interval = {};
  std::vector<ClassResult> classes = {};
  ClassMeans macro = {};                                  ///< each class that has photos counts the same
  ClassMeans weighted = {};                               ///< each class counts as many times as it has photos
  std::vector<std::vector<std::int64_t>> confusion = {};  ///< [true class][predicted class]
  std::vector<ConfusedPair> confused = {};                ///< most photos first, equal ones in class order
  std::vector<PhotoResult> photos = {};                   ///< in the loader's order
  std::vector<BadPhoto> skipped = {};
};

/// Sums up results; `count` 0 gives zeros.
[[nodiscard]] Evaluation summarize(std::vector<PhotoResult> photos, const std::vector<std::string>& classes,
                                   OutputKind output);

/// Called after each batch with the photos seen and their number; false stops early (what was seen is evaluated).
using EvaluationProgress = std::function<bool(std::int64_t seen, std::int64_t photos)>;

/// Runs one epoch of the loader through an inference Program; what it says of a photo's views is averaged.
[[nodiscard]] Evaluation evaluate(Program& program, Loader& loader, const std::vector<std::string>& classes,
                                  OutputKind output, const EvaluationProgress& progress = {});

/// What a network, or several together, say of photos.
struct PhotoScores {
  OutputKind output = OutputKind::kProbabilities;
  std::vector<std::size_t> items = {};           ///< in the data set; those that could be read, in their order
  std::vector<std::int32_t> labels = {};         ///< one a photo
  std::vector<std::vector<double>> scores = {};  ///< a row a photo: mean_scores of its views
  std::vector<BadPhoto> skipped = {};
};

/// Runs one epoch of the loader through an inference Program. Memory: a double a photo and class.
[[nodiscard]] PhotoScores score_photos(Program& program, Loader& loader, OutputKind output,
                                       const EvaluationProgress& progress = {});

struct ScoringOptions {
  Views views = Views::kCenter;
  int batch = 64;   ///< pictures at a time, that is photos times views; at least the views of one photo
  int threads = 0;  ///< 0 = the backend's default
  std::shared_ptr<DiskCache> disk_cache = {};
  PrecisionChoice precision = PrecisionChoice::kModel;
};

/// Shows photos to a model, each decoded once. Memory: a double a photo and class.
/// Throws kNetworkInvalid (see check_geometry), kOptionInvalid (see cuts_of).
[[nodiscard]] PhotoScores score_photos(const Model& model, const Backend& backend, const Dataset& dataset,
                                       const std::vector<std::size_t>& items, const ScoringOptions& options = {},
                                       const EvaluationProgress& progress = {});

[[nodiscard]] Evaluation evaluate(const PhotoScores& scores, const std::vector<std::string>& classes);

/// Document `alexnet.evaluate`: count, top1, top5, loss, intervals, classes[].{name, precision, recall, f1, support},
/// macro and weighted.{precision, recall, f1}, confusion, confused[].{class, taken_for, count, share},
/// skipped[].{file, reason}.
[[nodiscard]] std::string to_json(const Evaluation& evaluation);

/// Tables of an evaluation as CSV texts with a header line; columns: docs/formats.md.
[[nodiscard]] std::string classes_csv(const Evaluation& evaluation);
[[nodiscard]] std::string confusion_csv(const Evaluation& evaluation);

}  // namespace alexnet
