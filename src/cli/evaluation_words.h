#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "alexnet/infer/calibration.h"
#include "alexnet/infer/evaluation.h"

namespace alexnet::cli {

/// Where the weights of an ensemble were searched, and what it reached there.
struct WeightSearch {
  std::string data;
  std::string part;
  std::int64_t count = 0;
  double top1 = 0;
  double loss = 0;
};

/// What was measured on what.
struct EvaluationSource {
  std::vector<std::string> models;
  std::vector<std::string> networks = {};    ///< one a model
  std::vector<std::string> precisions = {};  ///< one a model: "f32"
  std::vector<double> weights = {};          ///< one a model, of sum 1
  std::optional<WeightSearch> search = {};
  std::string data;
  std::string part;
  Views views = Views::kCenter;
  double min_top1 = 0;
  std::optional<CalibrationReport> calibration = {};  ///< none for hinge scores
  bool own_photos = false;                            ///< of the run that is measured

  /// Whether the temperature was found on these photos.
  [[nodiscard]] bool same_photos() const {
    return own_photos && calibration && calibration->calibration && calibration->calibration->part == part;
  }
};

/// The models, shares with intervals, the table of classes, the pairs that are confused most, and the calibration.
[[nodiscard]] std::string evaluation_words(const Evaluation& evaluation, const EvaluationSource& source,
                                           Language language = Language::kEnglish);
/// Document `alexnet.evaluate` with the source in it: model, network (of several: joined by " + "), models[],
/// weights[], precisions[], weights_searched_on.{data, part, count, top1, loss} where they were, views, data, part;
/// calibration (see to_json of CalibrationReport) unless the scores are hinge scores.
[[nodiscard]] std::string evaluation_json(const Evaluation& evaluation, const EvaluationSource& source);

}  // namespace alexnet::cli
