#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <mpi.h>

namespace alexnet::distributed {

/// The one thread that calls MPI, from MPI_Init_thread to MPI_Finalize. It begins what it is given, in order, and tests
/// all that is under way until it is done.
class MpiThread {
 public:
  /// Begins one non-blocking call of MPI; returns MPI's code.
  using Begin = std::function<int(MPI_Request*)>;

  explicit MpiThread(const std::atomic<int>& stop);
  /// Waits for the other ranks to come to their ends too, unless something failed.
  ~MpiThread();
  MpiThread(const MpiThread&) = delete;
  MpiThread& operator=(const MpiThread&) = delete;

  [[nodiscard]] int rank() const { return rank_; }
  [[nodiscard]] int size() const { return size_; }

  /// A call that was handed over.
  struct Job {
    Begin begin;
    MPI_Request request = MPI_REQUEST_NULL;
    bool timed = false;  ///< counts for started_seconds
    bool done = false;
  };
  [[nodiscard]] std::shared_ptr<Job> start(Begin begin, bool timed);
  /// Throws kCommunication.
  void wait(const Job& job);
  /// Time with a timed job under way.
  [[nodiscard]] double started_seconds() const;
  /// Ends the job of all ranks; does not return.
  [[noreturn]] void abort() noexcept;

 private:
  using Clock = std::chrono::steady_clock;

  void run();
  void initialise();
  [[nodiscard]] bool has_work() const;
  void begin_fresh();
  /// Tests all that is under way; true when some of it is done.
  bool test();
  void count_time();
  void fail(const char* call, int code);
  void throw_if_failed() const;

  const std::atomic<int>& stop_;
  int rank_ = 0;
  int size_ = 1;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable handed_;
  std::condition_variable done_;
  std::deque<std::shared_ptr<Job>> fresh_;
  std::string failure_;  // reason; nothing is done after one
  bool ready_ = false;
  bool ends_ = false;
  bool aborts_ = false;
  double started_seconds_ = 0;

  std::vector<std::shared_ptr<Job>> under_way_;  // of the thread alone
  Clock::time_point looked_;
  bool timed_ = false;
  std::thread thread_;
};

}  // namespace alexnet::distributed
