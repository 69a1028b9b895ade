#pragma once

#include <csignal>

namespace alexnet::cli {

/// SIGINT and SIGTERM for a command that serves until one comes. Made before the threads of the server, so that none of
/// them gets the signal.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }
  ~BlockedSignals() { pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

  /// Until one of them comes.
  void wait() const {
    int signal = 0;
    sigwait(&signals_, &signal);
  }

 private:
  sigset_t signals_ = {};
};

}  // namespace alexnet::cli
