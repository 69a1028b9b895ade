#include "cli/signals.h"

#include <csignal>
#include <cstdlib>
#include <string>

#include <unistd.h>

#include "alexnet/core/error.h"

#include "core/translation.h"

namespace alexnet::cli {
namespace {

// A signal handler can reach nothing else: the one state of the process that lives outside of main.
std::atomic<int> received{0};
std::atomic<bool> hears_mpirun{false};
std::atomic<bool> mpirun_asked{false};
std::string notice;
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may use it");

void on_signal(int signal) {
  if (signal == SIGCONT) {
    int none = 0;
    if (!received.compare_exchange_strong(none, SIGTERM)) {
      return;
    }
    mpirun_asked = true;
  } else if (mpirun_asked.exchange(false)) {
    return;
  } else if (received.exchange(signal) != 0) {
    _exit(128 + signal);
  }
  if (const auto written = ::write(STDERR_FILENO, notice.data(), notice.size()); written < 0) {
    return;  // nobody reads any more; stopping goes on
  }
}

void install(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

void StopOnSignal::hear_mpirun() {
  hears_mpirun = true;
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigaction(SIGCONT, &action, nullptr);
}

StopOnSignal::StopOnSignal(const Console& console) {
  if (!hears_mpirun) {
    received = 0;
  }
  const std::string clear = console.err().terminal ? "\r\033[K" : "";
  const auto word = std::string(translated("note:", console.language()));
  notice = console.json() || console.quiet() || console.is_muted()
               ? ""
               : clear + word + " " + format_message(Message::kNoteInterrupting, {}, console.language()) + "\n";
  install(on_signal);
}

StopOnSignal::~StopOnSignal() { install(SIG_DFL); }

const std::atomic<int>& StopOnSignal::stop() { return received; }

int StopOnSignal::exit_status() const { return received == 0 ? 0 : 128 + received; }

}  // namespace alexnet::cli
