#pragma once

#include <optional>
#include <semaphore>
#include <string>
#include <vector>

#include "alexnet/core/error.h"
#include "alexnet/serve/model_server.h"

#include "serve/batcher.h"
#include "serve/metrics.h"
#include "serve/photo_request.h"
#include "serve/served_model.h"

namespace alexnet::serve {

/// A photo's scores, or why it has none.
struct PhotoScore {
  std::vector<double> scores;
  std::optional<Error> error;
};

struct ScoredPhotos {
  std::vector<PhotoScore> photos;  ///< in the order in which they were sent
  double decode_seconds = 0;
  BatchAnswer slowest;  ///< of the batches that they went through
};

/// What all routes share: photos are decoded by as many threads at a time as there are cores, and wait for the network
/// together. Threads: any.
class PhotoScorer {
 public:
  PhotoScorer(const ServeOptions& options, Metrics& metrics);

  /// Throws BadRequest: 503 where the queue has no room, 504 after the deadline.
  [[nodiscard]] ScoredPhotos score(const std::shared_ptr<ServedModel>& model, const std::vector<SentPhoto>& photos,
                                   Clock::time_point deadline, Haste haste = Haste::kUsual);
  /// The same of prepared photos.
  [[nodiscard]] std::vector<BatchAnswer> score(const std::shared_ptr<ServedModel>& model, std::vector<Image> squares,
                                               Clock::time_point deadline, Haste haste = Haste::kUsual) {
    return answers(batcher_.announce(), model, std::move(squares), deadline, haste);
  }
  void stop() { batcher_.stop(); }

 private:
  [[nodiscard]] std::vector<BatchAnswer> answers(Batcher::Coming coming, const std::shared_ptr<ServedModel>& model,
                                                 std::vector<Image> squares, Clock::time_point deadline, Haste haste);
  [[nodiscard]] Image decoded(const SentPhoto& photo, const Geometry& geometry, Clock::time_point deadline);

  static constexpr std::ptrdiff_t kMostDecoders = 1024;

  std::int64_t most_pixels_;
  Metrics& metrics_;
  std::counting_semaphore<kMostDecoders> decoders_;
  Batcher batcher_;
};

}  // namespace alexnet::serve
