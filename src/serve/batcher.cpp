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

std::optional<std::vector<std::future<BatchAnswer>>> Batcher::submit(const std::shared_ptr<ServedModel>& model,
                                                                     std::vector<Image> squares,
                                                                     Clock::time_point deadline) {
  std::vector<std::future<BatchAnswer>> answers;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || jobs_.size() + squares.size() > options_.queue) {
      return std::nullopt;
    }
    for (Image& square : squares) {
      jobs_.push_back({model, std::move(square), Clock::now(), deadline, {}});
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
  changed_.wait_until(lock, jobs_.front().came + options_.wait,
                      [this] { return stopping_ || jobs_.size() >= options_.batch; });
  const auto model = jobs_.front().model;
  std::vector<Job> batch;
  while (!jobs_.empty() && batch.size() < options_.batch && jobs_.front().model == model) {
    batch.push_back(std::move(jobs_.front()));
    jobs_.pop_front();
  }
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
