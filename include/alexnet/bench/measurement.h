#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "alexnet/bench/machine_peak.h"
#include "alexnet/data/loader.h"
#include "alexnet/runtime/backend.h"

/// How fast a network runs on this machine, and where the time goes.
namespace alexnet::bench {

struct Options {
  bool train = false;  ///< forward, loss, backward and update; else forward alone
  int batch = 64;
  int threads = 1;
  /// Calls that count; 0 = as many as fit into three seconds, at least three.
  int steps = 0;
  int warm_up = 3;
  Precision precision = Precision::kF32;
  UpdateRule update = Sgd{.momentum = 0.9, .decay = 5e-4};
};

/// Of the same network, on photos that are read while it computes.
struct PhotoSpeed {
  std::string photos;  ///< name of the folder or set
  int loader_threads = 1;
  double photos_per_second = 0;
  double wait_share = 0;  ///< of the time: the network had no photos to compute on
};

struct Measurement {
  std::string network;
  Options options;
  std::vector<std::string> backend;  ///< Backend::description
  std::int64_t macs = 0;             ///< of one photo, forward
  std::int64_t weight_bytes = 0;     ///< of all parameters in float32
  std::vector<double> step_ms;       ///< of each call that counts
  std::int64_t peak_bytes = 0;       ///< most memory of this process until they ended
  double first_loss = 0;             ///< of the first step of a training: that of random scores
  double profiled_step_ms = 0;       ///< mean of the same calls by a program that measures its parts
  std::vector<ProfileRow> rows;      ///< of those, the mean of a call
  MemoryReport memory;
  MachinePeak peak;
  double read_gbs = 0;  ///< measure_read_speed
  std::optional<PhotoSpeed> with_photos = {};

  [[nodiscard]] double median_ms() const;
  [[nodiscard]] double best_ms() const;
  /// Photos a second at so many milliseconds a call.
  [[nodiscard]] double photos_per_second(double milliseconds) const { return options.batch * 1000.0 / milliseconds; }
  [[nodiscard]] double rows_ms() const;
};

/// Runs the network with fresh weights on random photos: first as a program that is used, then as one that measures its
/// parts. Throws what Backend::compile does.
[[nodiscard]] Measurement measure(const Network& network, const Backend& backend, const Options& options);

/// The same calls on the photos of `items`, as a loader with these options gives them.
[[nodiscard]] PhotoSpeed measure_with_photos(const Network& network, const Backend& backend, const Options& options,
                                             const Dataset& dataset, std::vector<std::size_t> items,
                                             const LoaderOptions& loading);

/// "31.4 photos/s ...", and what the machine can do.
[[nodiscard]] std::string summary_text(const Measurement& measurement);
/// One row for each group of layers and pass, and their sum beside the call.
[[nodiscard]] std::string layers_text(const Measurement& measurement);
/// What lies in memory, largest first, and where in the arena.
[[nodiscard]] std::string memory_text(const Measurement& measurement);
/// All of it: document `alexnet.bench`, version 1.
[[nodiscard]] std::string to_json(const Measurement& measurement);

}  // namespace alexnet::bench
