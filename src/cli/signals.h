#pragma once

#include <atomic>
#include <thread>

#include "cli/console.h"

namespace alexnet::cli {

/// Takes SIGINT and SIGTERM for the whole process, on a thread that does nothing else; without anybody below to tell,
/// they end the process as ever. main() makes it before any other thread, so that none of them is interrupted: while
/// oneDNN multiplies matrices, its stack pointer points into the heap, where a handler on that thread would write.
class SignalThread {
 public:
  SignalThread();
  ~SignalThread();
  SignalThread(const SignalThread&) = delete;
  SignalThread& operator=(const SignalThread&) = delete;

 private:
  std::jthread thread_;
};

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

/// SIGINT and SIGTERM for a command that serves until one comes; those behind it change nothing. One at a time.
class EndOnSignal {
 public:
  EndOnSignal();
  ~EndOnSignal();
  EndOnSignal(const EndOnSignal&) = delete;
  EndOnSignal& operator=(const EndOnSignal&) = delete;

  void wait() const;
};

}  // namespace alexnet::cli
