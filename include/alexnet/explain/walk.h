#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "alexnet/explain/photo_pass.h"

namespace alexnet::explain {

/// Which of a walk's numbers are wanted.
struct WalkOptions {
  bool maps = true;  ///< a picture of the maps of each layer
  /// One layer alone, and of it a unit (map or dense unit) and a place in its map; what is not said is where the
  /// layer's largest value stands, of the last layer the most likely class. Empty: all layers.
  std::string layer = {};
  std::optional<std::int64_t> unit = {};
  std::optional<std::int64_t> row = {};
  std::optional<std::int64_t> column = {};
};

/// How the photo that `pass` looked at last became its answer: of each layer its settings, sizes, maps and one value
/// with all that it was computed from, taken from the network's own activations and weights; then the softmax. A JSON
/// object: `input`, `layers[]`, `answer`; its keys: docs/serve.md. Throws kLayerUnknown with the nearest name,
/// kOptionInvalid for a place that the layer does not have.
[[nodiscard]] std::string walk_json(const PhotoPass& pass, const WalkOptions& options = {});

}  // namespace alexnet::explain
