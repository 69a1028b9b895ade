#include "distributed/mpi/mpi_thread.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "alexnet/core/error.h"

namespace alexnet::distributed {
namespace {

using namespace std::chrono_literals;

/// After a stop was asked for: longer than ranks of one step differ, shorter than anyone likes to wait.
constexpr auto kPatience = 10s;
/// That MPI gets to end the job, before this process ends by itself.
constexpr auto kAbort = 2s;
/// Rounds of tests that only yield; then the processor is left to those who compute.
constexpr int kEagerRounds = 200;
constexpr auto kPause = 50us;

std::string text_of(int code) {
  char text[MPI_MAX_ERROR_STRING] = {};
  int length = 0;
  MPI_Error_string(code, text, &length);
  return {text, static_cast<std::size_t>(length)};
}

}  // namespace

MpiThread::MpiThread(const std::atomic<int>& stop) : stop_(stop), thread_([this] { run(); }) {
  std::unique_lock lock(mutex_);
  done_.wait(lock, [this] { return ready_ || !failure_.empty(); });
  if (!failure_.empty()) {
    lock.unlock();
    thread_.join();
    throw_if_failed();
  }
}

MpiThread::~MpiThread() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  handed_.notify_one();
  thread_.join();
}

std::shared_ptr<MpiThread::Job> MpiThread::start(Begin begin, bool timed) {
  auto job = std::make_shared<Job>();
  job->begin = std::move(begin);
  job->timed = timed;
  {
    const std::lock_guard lock(mutex_);
    throw_if_failed();
    fresh_.push_back(job);
  }
  handed_.notify_one();
  return job;
}

void MpiThread::wait(const Job& job) {
  std::unique_lock lock(mutex_);
  auto deadline = Clock::time_point::max();
  while (!job.done) {
    throw_if_failed();
    if (stop_.load() != 0 && deadline == Clock::time_point::max()) {
      deadline = Clock::now() + kPatience;
    }
    if (Clock::now() > deadline) {
      failure_ = "another rank did not answer for 10 s after the signal to stop";
      continue;
    }
    done_.wait_for(lock, 100ms);
  }
}

double MpiThread::started_seconds() const {
  const std::lock_guard lock(mutex_);
  return started_seconds_;
}

void MpiThread::abort() noexcept {
  {
    const std::lock_guard lock(mutex_);
    aborts_ = true;
  }
  handed_.notify_one();
  std::this_thread::sleep_for(kAbort);
  std::_Exit(EXIT_FAILURE);  // MPI did not manage to
}

void MpiThread::throw_if_failed() const {
  if (!failure_.empty()) {
    throw Error(Message::kCommunication, {{"where", "MPI, rank " + std::to_string(rank_)}, {"reason", failure_}});
  }
}

void MpiThread::fail(const char* call, int code) {
  failure_ = std::string(call) + ": " + text_of(code);
  done_.notify_all();
}

void MpiThread::initialise() {
  int provided = MPI_THREAD_SINGLE;
  const int code = MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
  const std::lock_guard lock(mutex_);
  if (code != MPI_SUCCESS) {
    fail("MPI_Init_thread", code);
  } else if (provided < MPI_THREAD_FUNNELED) {
    failure_ = "this MPI allows no threads beside its own";
  } else {
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
    ready_ = true;
  }
  done_.notify_all();
}

bool MpiThread::has_work() const { return failure_.empty() && !(fresh_.empty() && under_way_.empty()); }

void MpiThread::run() {
  initialise();
  if (!ready_) {
    return;
  }
  std::unique_lock lock(mutex_);
  int idle = 0;
  while (true) {
    handed_.wait(lock, [this] { return aborts_ || ends_ || has_work(); });
    if (aborts_ || !has_work()) {
      break;
    }
    begin_fresh();
    lock.unlock();
    idle = test() ? 0 : idle + 1;
    if (idle > kEagerRounds) {
      std::this_thread::sleep_for(kPause);
    } else {
      std::this_thread::yield();
    }
    lock.lock();
  }
  if (aborts_ || !failure_.empty()) {
    MPI_Abort(MPI_COMM_WORLD, EXIT_FAILURE);  // others may wait for this rank, and MPI_Finalize would wait for them
  }
  lock.unlock();
  MPI_Finalize();
}

void MpiThread::begin_fresh() {
  while (!fresh_.empty() && failure_.empty()) {
    const auto job = std::move(fresh_.front());
    fresh_.pop_front();
    if (const int code = job->begin(&job->request); code != MPI_SUCCESS) {
      fail("MPI", code);
    }
    under_way_.push_back(job);
  }
  count_time();
}

/// Since the last look, if a timed job was under way.
void MpiThread::count_time() {
  const auto now = Clock::now();
  if (timed_) {
    started_seconds_ += std::chrono::duration<double>(now - looked_).count();
  }
  looked_ = now;
  timed_ = std::ranges::any_of(under_way_, [](const auto& job) { return job->timed; });
}

bool MpiThread::test() {
  std::vector<std::shared_ptr<Job>> done;
  int code = MPI_SUCCESS;
  for (auto job = under_way_.begin(); job != under_way_.end() && code == MPI_SUCCESS;) {
    int is_done = 0;
    code = MPI_Test(&(*job)->request, &is_done, MPI_STATUS_IGNORE);
    if (is_done != 0) {
      done.push_back(*job);
      job = under_way_.erase(job);
    } else {
      ++job;
    }
  }
  if (done.empty() && code == MPI_SUCCESS) {
    return false;
  }
  const std::lock_guard lock(mutex_);
  if (code != MPI_SUCCESS) {
    fail("MPI_Test", code);
  }
  for (const auto& job : done) {
    job->done = true;
  }
  count_time();
  done_.notify_all();
  return true;
}

}  // namespace alexnet::distributed
