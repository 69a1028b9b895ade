#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "alexnet/runtime/backend.h"

#include "benchmarks/machine_peak.h"

namespace alexnet::benchmarks {

struct StepOptions {
  std::string network = "tutorial";
  int batch = 64;
  int threads = 0;  ///< 0 = the physical cores that this process may use
  int steps = 10;
  int warm_up = 3;
};

/// What `steps` steps of training took: forward, loss, backward and update.
struct StepMeasurement {
  StepOptions options;               ///< with the threads that were used
  std::vector<std::string> backend;  ///< Backend::description
  std::string rule;                  ///< the update rule in words
  std::int64_t macs = 0;             ///< of one photo, forward
  std::vector<double> step_ms;
  std::int64_t peak_bytes = 0;   ///< of this process while it trained
  double first_loss = 0;         ///< of the first step: that of random scores
  double profiled_step_ms = 0;   ///< median step of the program that measures itself
  std::vector<ProfileRow> rows;  ///< of that program, summed over its steps
  MachinePeak peak;

  [[nodiscard]] double median_ms() const;
  [[nodiscard]] double best_ms() const;
  /// Photos a second at so many milliseconds a step.
  [[nodiscard]] double photos_per_second(double milliseconds) const { return options.batch * 1000.0 / milliseconds; }
  /// Sum of the rows for one step.
  [[nodiscard]] double rows_ms() const;
};

[[nodiscard]] StepMeasurement measure_steps(const StepOptions& options);

}  // namespace alexnet::benchmarks
