#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "alexnet/explain/photo_set.h"
#include "alexnet/infer/embedding.h"
#include "alexnet/runtime/backend.h"

#include "serve/served_model.h"

namespace alexnet::serve {

/// The photos of a folder as vectors of the last hidden layer of the first model. They are made on a thread of
/// low priority, and anew when the model was replaced. Memory: a vector of f32 a photo. Threads: any.
class SimilarPhotos {
 public:
  /// Begins to read at `start`; a set without photos never does.
  SimilarPhotos(const Backend& backend, explain::PhotoSet set, std::function<std::shared_ptr<ServedModel>()> current);
  ~SimilarPhotos();
  SimilarPhotos(const SimilarPhotos&) = delete;
  SimilarPhotos& operator=(const SimilarPhotos&) = delete;

  [[nodiscard]] const explain::PhotoSet& set() const { return set_; }
  [[nodiscard]] bool empty() const { return set_.items.empty(); }
  /// Some photos from all over the set, for a reader who has none: of its test part, where it has one.
  [[nodiscard]] std::vector<std::size_t> samples(std::size_t count) const;
  void start();
  void stop();
  /// The nearest of all photos; nothing while those of this version have not been read.
  [[nodiscard]] std::optional<std::vector<Neighbour>> nearest(const std::string& version, std::vector<float> vector,
                                                              std::size_t count) const;

 private:
  struct Vectors {
    std::string version;
    std::vector<std::size_t> items;
    std::vector<float> values;  // one vector after the other
  };

  void work();
  /// False when the service ended meanwhile.
  [[nodiscard]] bool read(const ServedModel& model);

  const Backend& backend_;
  explain::PhotoSet set_;
  std::function<std::shared_ptr<ServedModel>()> current_;
  mutable std::mutex mutex_;  // of vectors_
  std::shared_ptr<const Vectors> vectors_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace alexnet::serve
