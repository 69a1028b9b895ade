#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "alexnet/data/loader.h"
#include "alexnet/formats/model_file.h"
#include "alexnet/infer/evaluation.h"
#include "alexnet/runtime/backend.h"

/// Photos as vectors: what a layer makes of them. Photos that a network finds alike lie near each other.
namespace alexnet {

/// The layer whose output the last Dense reads, by name. Throws kNetworkInvalid where there is none.
[[nodiscard]] std::string last_hidden_layer(const Network& network);

struct EmbeddingOptions {
  std::string layer = {};  ///< empty = last_hidden_layer
  int batch = 64;          ///< most photos of one call of the network
  int threads = 0;         ///< 0 = the backend's default
};

/// Of each photo that could be read, in order: its place in the data set, and its vector (valid during the call).
using EmbeddingSink = std::function<void(std::size_t item, std::span<const float> vector)>;

/// A model that makes vectors of photos. A layer with maps gives all its values, in the order C,H,W.
/// Threads: one call at a time.
class Embedder {
 public:
  /// Throws kLayerUnknown, kNetworkInvalid (see check_geometry).
  Embedder(Model model, const Backend& backend, const EmbeddingOptions& options = {});
  /// Over weights that are on the device already, which it only reads; those of `model` are not looked at.
  Embedder(std::shared_ptr<Parameters> parameters, Model model, const Backend& backend,
           const EmbeddingOptions& options = {});

  [[nodiscard]] const std::string& layer() const { return layer_; }
  /// Numbers of a vector.
  [[nodiscard]] std::int64_t size() const;
  /// Of one photo.
  [[nodiscard]] std::vector<float> embed(const Image& photo);
  /// Of many, each decoded once, on a thread of its own; returns those that could not be read. Memory: some batches.
  std::vector<BadPhoto> embed(const Dataset& dataset, const std::vector<std::size_t>& items, const EmbeddingSink& sink,
                              const EvaluationProgress& progress = {});

 private:
  Model model_;
  std::string layer_;
  int batch_;
  std::unique_ptr<Program> program_;
};

/// 1 - a.b / (|a| |b|), from 0 (same direction) to 2; 0 for equal vectors, 1 where one of two is all zeros.
[[nodiscard]] double cosine_distance(std::span<const float> a, std::span<const float> b);

struct Neighbour {
  std::size_t item = 0;
  double distance = 0;
};

/// Keeps the nearest of the vectors that it sees.
class NearestPhotos {
 public:
  NearestPhotos(std::vector<float> query, std::size_t count) : query_(std::move(query)), count_(count) {}
  void see(std::size_t item, std::span<const float> vector);
  /// Nearest first, equal ones as they were seen.
  [[nodiscard]] const std::vector<Neighbour>& found() const { return found_; }

 private:
  std::vector<float> query_;
  std::size_t count_;
  std::vector<Neighbour> found_;
};

}  // namespace alexnet
