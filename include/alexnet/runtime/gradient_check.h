#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "alexnet/runtime/backend.h"

namespace alexnet {

/// Finite differences against the backward pass, for any network, in double.
struct GradientCheckOptions {
  double step = 1e-6;
  double tolerance = 1e-6;  ///< relative to the largest |gradient| of its tensor, or to 0.01 where that is smaller
  /// Elements tried of each parameter and of the input, spread evenly; 0 = all.
  int samples = 40;
  int batch = 3;
  /// The batch to check at, with a float input and all its rows valid; an empty input = random numbers (pixels of 0 to
  /// 255 where the network begins with Normalize) and random class ids.
  Batch at = {};
  Statistics statistics = Statistics::kTraining;
  std::uint64_t seed = 1;
  /// Weights to check at; empty = initial_weights(network, seed, kF64).
  Weights weights = {};
};

struct GradientCheckRow {
  std::string name;  ///< parameter, or "input"
  int checked = 0;
  int kinks = 0;  ///< skipped: the two one-sided slopes differ (ReLU, max pooling)
  double worst = 0;
  bool passed = false;  ///< worst is within the tolerance, and no more were skipped than checked
};

struct GradientCheckReport {
  std::vector<GradientCheckRow> rows;
  bool passed = false;
  /// A readable table.
  [[nodiscard]] std::string text() const;
};

/// Compiles `network` in f64 on `backend` and compares d loss / d element with central differences for sampled elements
/// of every trainable parameter and of the input. Dropout repeats its mask, since draws are keyed by the batch.
/// Throws kWrongCall where a batch is given whose input is not of floats or has rows that do not count.
[[nodiscard]] GradientCheckReport check_gradients(const Backend& backend, const Network& network,
                                                  const GradientCheckOptions& options = {});

}  // namespace alexnet
