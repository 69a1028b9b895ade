#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "alexnet/explain/photo_set.h"
#include "alexnet/infer/embedding.h"

namespace alexnet::explain {

/// The photos of a set whose layer is most like that of a photo, nearest first, by cosine distance.
struct Neighbours {
  std::string layer;
  std::vector<Neighbour> nearest;
};

/// The last hidden layer (see last_hidden_layer) and the last pooling layer, of those that a network has.
[[nodiscard]] std::vector<std::string> neighbour_layers(const Network& network);

/// Photos at most this far apart are the same to the network.
inline constexpr double kSamePhoto = 1e-3;

/// Two photos of different parts that both are the same as the one looked for: (nearest, the other).
[[nodiscard]] std::optional<std::pair<std::size_t, std::size_t>> leak_in(const Neighbours& neighbours,
                                                                         const PhotoSet& set);

/// Finds the nearest photos of a set for several photos in one pass.
/// Source: Krizhevsky et al. 2012, figure 4.
class NeighbourSearch {
 public:
  explicit NeighbourSearch(const Network& network, std::size_t count = 6);

  /// The photo that `pass` looked at last.
  void add(const PhotoPass& pass);
  /// Returns the photos that could not be read.
  std::vector<BadPhoto> search(const PhotoPass& pass, const PhotoSet& set, const EvaluationProgress& progress = {});
  /// Of each photo added, for each layer.
  [[nodiscard]] const std::vector<std::vector<Neighbours>>& found() const { return found_; }

 private:
  std::vector<std::string> layers_;
  std::size_t count_;
  std::vector<std::vector<std::vector<float>>> queries_;  // photo, layer
  std::vector<std::vector<Neighbours>> found_;
};

}  // namespace alexnet::explain
