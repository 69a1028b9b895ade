#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "alexnet/explain/photo_pass.h"
#include "alexnet/runtime/backend.h"

#include "serve/batcher.h"
#include "serve/photo_request.h"
#include "serve/served_model.h"

namespace alexnet::serve {

struct ExplainerOptions {
  std::size_t queue = 8;  ///< requests that may wait
  std::int64_t most_pixels = 50'000'000;
};

/// Reads a pass that has taken the photo through the network.
using Explanation = std::function<std::string(explain::PhotoPass& photo)>;

/// An explanation's JSON text, and how long it took.
struct Explained {
  std::string text;
  double queue_seconds = 0;
  double compute_seconds = 0;  ///< with decoding; a model's first one compiles its network too
};

/// One thread of low priority that explains photos, one at a time, on a Program of its own over the weights that
/// predictions read too: they do not wait for it. The pass of the last photo is kept, so that the page may ask for one
/// number after the other. Threads: any.
class Explainer {
 public:
  Explainer(const Backend& backend, ExplainerOptions options);
  ~Explainer();
  Explainer(const Explainer&) = delete;
  Explainer& operator=(const Explainer&) = delete;

  /// Waits for its turn. Throws BadRequest: 503 where the queue has no room, 504 after the deadline; what
  /// decoding and `explanation` throw.
  [[nodiscard]] Explained explain(const std::shared_ptr<ServedModel>& model, const SentPhoto& photo,
                                  Clock::time_point deadline, Explanation explanation);
  /// Answers what waits, and ends.
  void stop();

 private:
  struct Job {
    std::shared_ptr<ServedModel> model;
    SentPhoto photo;
    Clock::time_point came;
    Clock::time_point deadline;
    Explanation explanation;
    std::promise<Explained> answer;
  };
  struct Loaded {
    std::string version;
    std::unique_ptr<explain::PhotoPass> pass;
    std::string seen;  // hash of the photo that the pass looked at last
  };

  void work();
  void run(Job job);
  [[nodiscard]] Loaded& loaded(const ServedModel& model);

  const Backend& backend_;
  ExplainerOptions options_;
  std::map<std::string, Loaded> models_;  // by name; of the thread alone
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace alexnet::serve
