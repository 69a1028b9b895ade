#pragma once

#include <string>

#include "alexnet/infer/evaluation.h"

namespace alexnet::cli {

/// What was measured on what.
struct EvaluationSource {
  std::string model;
  std::string network;
  std::string data;
  std::string part;
  double min_top1 = 0;
};

/// Shares with intervals, the table of classes, and the pairs that are confused most.
[[nodiscard]] std::string evaluation_words(const Evaluation& evaluation, const EvaluationSource& source);
/// Document `alexnet.evaluate` with the source in it.
[[nodiscard]] std::string evaluation_json(const Evaluation& evaluation, const EvaluationSource& source);

}  // namespace alexnet::cli
