#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "alexnet/runtime/backend.h"

namespace alexnet {

/// Finite differences against the backward pass, for any network, in double.
struct GradientCheckOptions {
  double step = 1e-6;
  double tolerance = 1e-6;  ///< relative to max(1, |gradient|)
  /// Elements tried of each parameter and of the input, spread evenly; 0 = all.
  int samples = 40;
  int batch = 3;
  std::uint64_t seed = 1;
  /// Weights to check at; empty = initial_weights(network, seed, kF64).
  Weights weights = {};
};

struct GradientCheckRow {
  std::string name;  ///< parameter, or "input"
  int checked = 0;
  int kinks = 0;  ///< skipped: the two one-sided slopes differ (ReLU, max pooling)
  double worst = 0;
  bool passed = false;
};

struct GradientCheckReport {
  std::vector<GradientCheckRow> rows;
  bool passed = false;
  /// A readable table.
  [[nodiscard]] std::string text() const;
};

/// Compiles `network` in f64 on `backend` with statistics `training`, and compares d loss / d element with central
/// differences for sampled elements of every trainable parameter and of the input (float input, after Normalize too).
[[nodiscard]] GradientCheckReport check_gradients(const Backend& backend, const Network& network,
                                                  const GradientCheckOptions& options = {});

}  // namespace alexnet
