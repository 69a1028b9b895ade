#include "serve/explainer.h"

#include <span>
#include <utility>

#include "alexnet/core/files.h"
#include "alexnet/image/decode.h"

#include "serve/http_status.h"
#include "serve/thread_priority.h"

namespace alexnet::serve {
namespace {

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

}  // namespace

Explainer::Explainer(const Backend& backend, ExplainerOptions options)
    : backend_(backend), options_(options), thread_([this] { work(); }) {}

Explainer::~Explainer() { stop(); }

Explained Explainer::explain(const std::shared_ptr<ServedModel>& model, const SentPhoto& photo,
                             Clock::time_point deadline, Explanation explanation) {
  std::future<Explained> answer;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || jobs_.size() >= options_.queue) {
      throw BadRequest{kServiceUnavailable, "queue-full", "too many explanations wait; try again in a second"};
    }
    jobs_.push_back({model, photo, Clock::now(), deadline, std::move(explanation), {}});
    answer = jobs_.back().answer.get_future();
  }
  changed_.notify_one();
  if (answer.wait_until(deadline) != std::future_status::ready) {
    throw BadRequest{kGatewayTimeout, "late", "the explanation was not ready in time"};
  }
  return answer.get();
}

void Explainer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Explainer::work() {
  take_low_priority();
  while (true) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (jobs_.empty()) {
      return;
    }
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    if (job.deadline > Clock::now()) {  // else nobody waits for it
      run(std::move(job));
    }
  }
}

void Explainer::run(Job job) {
  const auto begin = Clock::now();
  const double waited = std::chrono::duration<double>(begin - job.came).count();
  try {
    Loaded& model = loaded(*job.model);
    const auto bytes = std::as_bytes(std::span(job.photo.bytes));
    const std::string hash = sha256(bytes);
    if (model.seen != hash) {
      model.seen.clear();
      const DecodeOptions decode{.apply_orientation = model.pass->model().geometry.apply_orientation,
                                 .max_pixels = options_.most_pixels};
      model.pass->look(decode_image(bytes, job.photo.name, decode));
      model.seen = hash;
    }
    std::string text = job.explanation(*model.pass);
    job.answer.set_value({std::move(text), waited, seconds_since(begin)});
  } catch (...) {
    job.answer.set_exception(std::current_exception());
  }
}

Explainer::Loaded& Explainer::loaded(const ServedModel& model) {
  Loaded& found = models_[model.name];
  if (found.version != model.version) {
    found = {};
    const Predictor& predictor = model.predictor;
    found.pass = std::make_unique<explain::PhotoPass>(predictor.parameters(), predictor.model(), backend_, 1);
    found.version = model.version;
  }
  return found;
}

}  // namespace alexnet::serve
