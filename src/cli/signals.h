#pragma once

#include <atomic>

#include "cli/console.h"

namespace alexnet::cli {

/// While one lives, the first SIGINT or SIGTERM asks to stop (and says so at once on standard error, unless JSON is
/// asked); the second ends the process with 128 + signal. One at a time.
class StopOnSignal {
 public:
  explicit StopOnSignal(const Console& console);
  ~StopOnSignal();
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;

  /// For a process that mpirun started, before the others can fail: mpirun ends a job with SIGCONT first, and only
  /// much later with SIGTERM. So SIGCONT asks to stop too, and the SIGTERM behind it is no second request.
  static void hear_mpirun();
  /// 0, or the signal that came. There before one lives, too.
  [[nodiscard]] static const std::atomic<int>& stop();
  /// 128 + the signal that came: 130 or 143; 0 when none came.
  [[nodiscard]] int exit_status() const;
};

}  // namespace alexnet::cli
