#pragma once

#include <memory>

#include "alexnet/bench/measurement.h"

namespace alexnet::bench {

/// What programs are measured with: fresh weights and random photos.
struct BenchSetup {
  std::shared_ptr<Parameters> parameters;
  Batch batch;
  CompileOptions compile;
};

[[nodiscard]] BenchSetup bench_setup(const Network& network, const Backend& backend, const Options& options);

/// The loss of a training, else 0.
double call(Program& program, const Batch& batch, bool train);

}  // namespace alexnet::bench
