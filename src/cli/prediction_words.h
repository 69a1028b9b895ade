#pragma once

#include <optional>
#include <string>
#include <vector>

#include "alexnet/infer/predictor.h"

#include "cli/console.h"

namespace alexnet::cli {

/// How predictions are printed.
struct PredictionStyle {
  std::string format;  ///< table, json, jsonl, csv
  OutputKind output = OutputKind::kProbabilities;
  std::optional<double> temperature = {};  ///< of the model
  Precision precision = Precision::kF32;
  std::optional<double> min_confidence = {};  ///< below it a photo is unknown
};

/// Prints predictions as they come: table, jsonl and csv at once, json at the end.
class PredictionPrinter {
 public:
  PredictionPrinter(Console& console, PredictionStyle style);
  void add(const PredictedPhoto& photo);
  /// The exit status: 3 when a photo could not be read (said on standard error).
  int finish();

 private:
  Console& console_;
  PredictionStyle style_;
  std::vector<std::string> lines_;  ///< json only
  std::int64_t count_ = 0;
  std::int64_t failed_ = 0;
  std::string first_failed_;
};

/// The rows of one photo: its name, then rank, class, value and (for probabilities) a bar, within `width` columns.
[[nodiscard]] std::string prediction_table(const PredictedPhoto& photo, const PredictionStyle& style, int width);
/// CSV rows: file,rank,class,index,probability (or score),error; and unknown, where it was asked for.
[[nodiscard]] std::string prediction_csv(const PredictedPhoto& photo, const PredictionStyle& style);

}  // namespace alexnet::cli
