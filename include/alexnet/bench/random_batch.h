#pragma once

#include <cstdint>

#include "alexnet/network/network.h"
#include "alexnet/network/weights.h"
#include "alexnet/runtime/batch.h"

namespace alexnet::bench {

/// `rows` photos of random bytes and random class ids, the same for the same seed.
[[nodiscard]] Batch random_batch(const Network& network, int rows, std::uint64_t seed);

/// initial_weights, with the mean image in the middle of the bytes: as after looking at photos.
[[nodiscard]] Weights start_weights(const Network& network, std::uint64_t seed);

}  // namespace alexnet::bench
