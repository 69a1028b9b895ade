#pragma once

#include <string>
#include <vector>

#include "alexnet/infer/predictor.h"

#include "cli/console.h"

namespace alexnet::cli {

/// Prints predictions as they come: table, jsonl and csv at once, json at the end.
class PredictionPrinter {
 public:
  PredictionPrinter(Console& console, const std::string& format, OutputKind output);
  void add(const PredictedPhoto& photo);
  /// The exit status: 3 when a photo could not be read (said on standard error).
  int finish();

 private:
  Console& console_;
  std::string format_;
  OutputKind output_;
  std::vector<PredictedPhoto> photos_;  ///< json only
  std::int64_t count_ = 0;
  std::int64_t failed_ = 0;
  std::string first_failed_;
};

/// The rows of one photo: its name, then rank, class, value and (for probabilities) a bar, within `width` columns.
[[nodiscard]] std::string prediction_table(const PredictedPhoto& photo, OutputKind output, int width);
/// CSV rows: file,rank,class,index,probability (or score),error.
[[nodiscard]] std::string prediction_csv(const PredictedPhoto& photo);

}  // namespace alexnet::cli
