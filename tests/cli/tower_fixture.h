#pragma once

#include <filesystem>

#include "alexnet/formats/tower_files.h"

#include "support/grouped.h"

namespace alexnet::testing {

/// The grouped network with its first weights, as a checkpoint of two towers in the new folder `run`.
inline Checkpoint write_grouped_towers(const std::filesystem::path& run) {
  const Network network = testing_support::grouped_network();
  Geometry geometry;
  geometry.resize = geometry.width = geometry.height = static_cast<int>(network.input()[1]);
  Checkpoint checkpoint{{network, initial_weights(network, 3), geometry, {"a", "b", "c", "d", "e"}, {}}, {}, 1, "{}"};
  write_last_checkpoint(RunFolder::create_named(run), checkpoint, 2);
  return checkpoint;
}

}  // namespace alexnet::testing
