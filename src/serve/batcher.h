#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "alexnet/image/image.h"

#include "serve/served_model.h"

namespace alexnet::serve {

using Clock = std::chrono::steady_clock;

struct BatcherOptions {
  std::size_t batch = 16;                  ///< most photos of one call of the network
  std::chrono::microseconds wait{10'000};  ///< that a photo waits for others that are coming
  std::size_t queue = 256;                 ///< photos that may wait
  /// That a photo with Haste::kLittle waits for others.
  std::chrono::microseconds long_wait{50'000};
};

/// A photo in no haste goes through the network with others that are, where some come in time: they then wait for one
/// call of the network with one photo more, not for a call of its own.
enum class Haste { kUsual, kLittle };

/// What the network says of a photo.
struct BatchAnswer {
  std::vector<double> scores;  ///< none: the deadline passed before its turn came
  std::size_t batch = 0;       ///< photos that went through the network together
  double queue_seconds = 0;
  double compute_seconds = 0;
};

/// One thread in front of the networks: photos that come together go through together. Each belongs to the model that
/// it was prepared for, so that a model may be replaced while photos wait.
class Batcher {
 public:
  /// `measured` is told of each batch, on the batcher's thread.
  explicit Batcher(BatcherOptions options, std::function<void(std::size_t photos, double seconds)> measured = {});
  ~Batcher();
  Batcher(const Batcher&) = delete;
  Batcher& operator=(const Batcher&) = delete;

  /// Says that photos are coming, until the value goes: those that wait may wait for them. Keep it until they are
  /// queued. Where none are coming, what waits goes at once.
  using Coming = std::unique_ptr<Batcher, void (*)(Batcher*)>;
  [[nodiscard]] Coming announce();
  /// Queues prepared photos (see prepare), all or none: nothing when the queue has no room for all, or after stop.
  [[nodiscard]] std::optional<std::vector<std::future<BatchAnswer>>> submit(const std::shared_ptr<ServedModel>& model,
                                                                            std::vector<Image> squares,
                                                                            Clock::time_point deadline,
                                                                            Haste haste = Haste::kUsual);
  [[nodiscard]] std::size_t waiting() const;
  /// Answers what waits, and ends.
  void stop();

 private:
  struct Job {
    std::shared_ptr<ServedModel> model;
    Image square;
    Clock::time_point came;
    Clock::time_point due;  ///< it waits for others until then
    Clock::time_point deadline;
    Haste haste;
    std::promise<BatchAnswer> answer;
  };

  void came();
  void work();
  /// Waits until a job is due, none more are coming, or a batch is full. The job that is due first, and others for the
  /// same model as they came.
  [[nodiscard]] std::vector<Job> next_batch();
  void run(std::vector<Job> jobs);

  BatcherOptions options_;
  std::function<void(std::size_t, double)> measured_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  int coming_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace alexnet::serve
