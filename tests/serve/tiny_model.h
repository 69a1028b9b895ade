#pragma once

#include "alexnet/formats/model_file.h"

#include "support/tiny.h"

namespace alexnet::testing_support {

/// Three classes, photos cut to 8 pixels out of 9; its answers depend on `seed`.
inline Model tiny_model(std::uint64_t seed = 3) {
  const Network network = tiny_network();
  Geometry geometry;
  geometry.resize = 9;
  geometry.width = geometry.height = 8;
  return {network, initial_weights(network, seed), geometry, {"daisy", "rose", "tulip"}};
}

}  // namespace alexnet::testing_support
