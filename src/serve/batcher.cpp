#include "serve/batcher.h"

#include <algorithm>
#include <utility>

namespace alexnet::serve {
namespace {

double seconds_between(Clock::time_point begin, Clock::time_point end) {
  return std::chrono::duration<double>(end - begin).count();
}

}  // namespace

Batcher::Batcher(BatcherOptions options, std::function<void(std::size_t, double)> measured)
    : options_(options), measured_(std::move(measured)), thread_([this] { work(); }) {}

Batcher::~Batcher() { stop(); }

Batcher::Coming Batcher::announce() {
  const std::lock_guard lock(mutex_);
  ++coming_;
  return {this, [](Batcher* batcher) { batcher->came(); }};
}

void Batcher::came() {
  {
    const std::lock_guard lock(mutex_);
    --coming_;
  }
  changed_.notify_one();
}

std::optional<std::vector<std::future<BatchAnswer>>> Batcher::submit(const std::shared_ptr<ServedModel>& model,
                                                                     std::vector<Image> squares,
                                                                     Clock::time_point deadline, Haste haste) {
  std::vector<std::future<BatchAnswer>> answers;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || jobs_.size() + squares.size() > options_.queue) {
      return std::nullopt;
    }
    const auto now = Clock::now();
    const auto due = now + (haste == Haste::kUsual ? options_.wait : options_.long_wait);
    for (Image& square : squares) {
      jobs_.push_back({model, std::move(square), now, due, deadline, haste, {}});
      answers.push_back(jobs_.back().answer.get_future());
    }
  }
  changed_.notify_one();
  return answers;
}

std::size_t Batcher::waiting() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

void Batcher::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Batcher::work() {
  for (auto jobs = next_batch(); !jobs.empty(); jobs = next_batch()) {
    run(std::move(jobs));
  }
}

std::vector<Batcher::Job> Batcher::next_batch() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
  if (jobs_.empty()) {
    return {};
  }
  const auto first = [this] { return std::ranges::min_element(jobs_, {}, &Job::due); };
  const auto waits = [&] { return Clock::now() < first()->due && (coming_ > 0 || first()->haste == Haste::kLittle); };
  while (!stopping_ && jobs_.size() < options_.batch && waits()) {
    changed_.wait_until(lock, first()->due);
  }
  const auto model = first()->model;
  std::vector<Job> batch;
  std::deque<Job> others;
  for (Job& job : jobs_) {
    const bool joins = job.model == model && batch.size() < options_.batch;
    if (joins) {
      batch.push_back(std::move(job));
    } else {
      others.push_back(std::move(job));
    }
  }
  jobs_ = std::move(others);
  return batch;
}

void Batcher::run(std::vector<Job> jobs) {
  const auto begin = Clock::now();
  const auto late =
      std::stable_partition(jobs.begin(), jobs.end(), [&](const Job& job) { return job.deadline > begin; });
  for (auto job = late; job != jobs.end(); ++job) {
    job->answer.set_value({});
  }
  jobs.erase(late, jobs.end());
  if (jobs.empty()) {
    return;
  }
  std::vector<Image> squares;
  squares.reserve(jobs.size());
  for (Job& job : jobs) {
    squares.push_back(std::move(job.square));
  }
  try {
    auto scores = jobs.front().model->predictor.scores(squares);
    const double seconds = seconds_between(begin, Clock::now());
    if (measured_) {
      measured_(jobs.size(), seconds);
    }
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      jobs[i].answer.set_value({std::move(scores[i]), jobs.size(), seconds_between(jobs[i].came, begin), seconds});
    }
  } catch (...) {
    for (Job& job : jobs) {
      job.answer.set_exception(std::current_exception());
    }
  }
}

}  // namespace alexnet::serve
