#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "alexnet/data/dataset.h"
#include "alexnet/data/disk_cache.h"
#include "alexnet/data/geometry.h"
#include "alexnet/network/network.h"
#include "alexnet/network/weights.h"

namespace alexnet {

/// Whether `weights` hold the mean image of the network's Normalize.
[[nodiscard]] bool has_mean_image(const Weights& weights, const Network& network);

/// Puts the mean of the training photos into the constant of a Normalize that has a mean image: (C, side, side) in its
/// units and channel order, from the photos' whole squares; photos that cannot be read are left out. Does nothing for
/// other networks, and ends early where `stop` is not 0.
void put_mean_image(Weights& weights, const Network& network, const Dataset& dataset,
                    const std::vector<std::size_t>& photos, Geometry geometry, int threads,
                    const std::shared_ptr<DiskCache>& disk_cache, const std::atomic<int>& stop);

}  // namespace alexnet
