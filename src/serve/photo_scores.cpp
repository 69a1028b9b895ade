#include "serve/photo_scores.h"

#include <algorithm>
#include <span>
#include <thread>

#include "alexnet/image/decode.h"

#include "serve/http_status.h"

namespace alexnet::serve {
namespace {

/// Gives a decoder's place back.
class Place {
 public:
  template <class Semaphore>
  Place(Semaphore& semaphore, Clock::time_point deadline)
      : taken_(semaphore.try_acquire_until(deadline)), release_([&semaphore] { semaphore.release(); }) {}
  ~Place() {
    if (taken_) {
      release_();
    }
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  [[nodiscard]] bool taken() const { return taken_; }

 private:
  bool taken_;
  std::function<void()> release_;
};

}  // namespace

PhotoScorer::PhotoScorer(const ServeOptions& options, Metrics& metrics)
    : most_pixels_(options.most_pixels),
      metrics_(metrics),
      decoders_(std::clamp<std::ptrdiff_t>(std::thread::hardware_concurrency(), 1, kMostDecoders)),
      batcher_({static_cast<std::size_t>(options.batch), options.batch_wait, static_cast<std::size_t>(options.queue)},
               [&metrics](std::size_t photos, double seconds) { metrics.batch(photos, seconds); }) {}

Image PhotoScorer::decoded(const SentPhoto& photo, const Geometry& geometry, Clock::time_point deadline) {
  const Place place(decoders_, deadline);
  if (!place.taken()) {
    metrics_.rejected("late");
    throw BadRequest{kGatewayTimeout, "late", "the photo could not be decoded in time"};
  }
  const DecodeOptions decode{.apply_orientation = geometry.apply_orientation, .max_pixels = most_pixels_};
  return prepare(decode_image(std::as_bytes(std::span(photo.bytes)), photo.name, decode), geometry);
}

ScoredPhotos PhotoScorer::score(const std::shared_ptr<ServedModel>& model, const std::vector<SentPhoto>& photos,
                                Clock::time_point deadline, Haste haste) {
  ScoredPhotos scored;
  std::vector<Image> squares;
  std::vector<std::size_t> places;
  const auto begin = Clock::now();
  auto coming = batcher_.announce();
  for (const SentPhoto& photo : photos) {
    scored.photos.emplace_back();
    try {
      squares.push_back(decoded(photo, model->predictor.model().geometry, deadline));
      places.push_back(scored.photos.size() - 1);
    } catch (const Error& error) {
      metrics_.rejected(error.message() == Message::kPhotoTooLarge ? "too-large" : "unreadable");
      scored.photos.back().error = error;
    }
  }
  scored.decode_seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  auto found = answers(std::move(coming), model, std::move(squares), deadline, haste);
  for (std::size_t i = 0; i < found.size(); ++i) {
    scored.photos[places[i]].scores = std::move(found[i].scores);
    if (found[i].queue_seconds + found[i].compute_seconds >=
        scored.slowest.queue_seconds + scored.slowest.compute_seconds) {
      scored.slowest = std::move(found[i]);
    }
  }
  return scored;
}

std::vector<BatchAnswer> PhotoScorer::answers(Batcher::Coming coming, const std::shared_ptr<ServedModel>& model,
                                              std::vector<Image> squares, Clock::time_point deadline, Haste haste) {
  auto waiting = batcher_.submit(model, std::move(squares), deadline, haste);
  coming.reset();
  if (!waiting) {
    metrics_.rejected("queue-full");
    throw BadRequest{kServiceUnavailable, "queue-full", "too many photos wait; try again in a second"};
  }
  std::vector<BatchAnswer> found;
  for (auto& future : *waiting) {
    found.push_back(future.get());
    if (found.back().scores.empty()) {
      metrics_.rejected("late");
      throw BadRequest{kGatewayTimeout, "late", "the network could not answer in time"};
    }
    metrics_.queued(found.back().queue_seconds);
  }
  metrics_.predicted(found.size());
  return found;
}

}  // namespace alexnet::serve
