#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "alexnet/runtime/backend.h"

namespace alexnet {

/// Calibration for precision i8: watches what goes into each Conv2D and Dense of a network, photo by photo, at f32.
/// Threads: one call at a time.
class InputRangeObserver {
 public:
  /// `batch` is the most rows of a call.
  InputRangeObserver(const Backend& backend, std::shared_ptr<Parameters> parameters, int batch, int threads = 0);

  void add(const Batch& batch);
  /// Of each layer, from zero (or, where any photo had a negative number, from the same below zero) up to the size that
  /// no value of 99 in 100 photos exceeds: so one odd photo does not make the integers of all others coarse. Empty
  /// before the first batch.
  [[nodiscard]] InputRanges ranges() const;

 private:
  std::vector<std::pair<std::string, std::string>> layers_;  ///< a layer, and the one in front of it; "" = the input
  std::shared_ptr<Parameters> parameters_;
  std::unique_ptr<Program> program_;
  std::map<std::string, std::vector<ValueRange>> photos_;  ///< by layer, one a photo
};

}  // namespace alexnet
