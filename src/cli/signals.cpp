#include "cli/signals.h"

#include <csignal>
#include <cstdlib>
#include <mutex>
#include <string>
#include <utility>

#include <unistd.h>

#include "alexnet/core/error.h"

#include "core/translation.h"

namespace alexnet::cli {
namespace {

enum class Hearer { kNobody, kStop, kEnd };

// Signals are the process's: the one state that lives outside of main.
std::atomic<int> received{0};
std::mutex mutex;  // guards what follows
Hearer hearer = Hearer::kNobody;
std::string notice;
bool hears_mpirun = false;
bool mpirun_asked = false;

sigset_t taken_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGCONT}) {
    sigaddset(&signals, signal);
  }
  return signals;
}

/// What the signal does to a process that does not ask for it.
void act_by_default(int signal) {
  const sigset_t signals = taken_signals();
  raise(signal);
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

void take_signal(int signal) {
  const std::lock_guard lock(mutex);
  if (signal == SIGCONT) {
    if (!hears_mpirun || received != 0) {
      return;
    }
    mpirun_asked = true;
    signal = SIGTERM;
  } else if (hearer == Hearer::kNobody) {
    return act_by_default(signal);
  } else if (std::exchange(mpirun_asked, false)) {
    return;
  } else if (received != 0) {
    if (hearer == Hearer::kStop) {
      _exit(128 + signal);
    }
    return;
  }
  received = signal;
  received.notify_all();
  if (const auto written = ::write(STDERR_FILENO, notice.data(), notice.size()); written < 0) {
    return;  // nobody reads any more; stopping goes on
  }
}

void hear(Hearer who, std::string sentence = {}) {
  const std::lock_guard lock(mutex);
  if (who != Hearer::kNobody && !hears_mpirun) {
    received = 0;
  }
  hearer = who;
  notice = std::move(sentence);
}

}  // namespace

SignalThread::SignalThread() {
  const sigset_t signals = taken_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  thread_ = std::jthread([signals](const std::stop_token& end) {
    for (int signal = 0; sigwait(&signals, &signal) == 0 && !end.stop_requested();) {
      take_signal(signal);
    }
  });
}

SignalThread::~SignalThread() {
  thread_.request_stop();
  pthread_kill(thread_.native_handle(), SIGCONT);
}

void StopOnSignal::hear_mpirun() {
  const std::lock_guard lock(mutex);
  hears_mpirun = true;
}

StopOnSignal::StopOnSignal(const Console& console) {
  if (console.json() || console.quiet() || console.is_muted()) {
    hear(Hearer::kStop);
    return;
  }
  const std::string clear = console.err().terminal ? "\r\033[K" : "";
  const auto word = std::string(translated("note:", console.language()));
  hear(Hearer::kStop, clear + word + " " + format_message(Message::kNoteInterrupting, {}, console.language()) + "\n");
}

StopOnSignal::~StopOnSignal() { hear(Hearer::kNobody); }

const std::atomic<int>& StopOnSignal::stop() { return received; }

int StopOnSignal::exit_status() const { return received == 0 ? 0 : 128 + received; }

EndOnSignal::EndOnSignal() { hear(Hearer::kEnd); }

EndOnSignal::~EndOnSignal() { hear(Hearer::kNobody); }

void EndOnSignal::wait() const { received.wait(0); }

}  // namespace alexnet::cli
