#pragma once

#include <cstddef>

#include "alexnet/explain/heat_map.h"
#include "alexnet/network/network.h"

namespace alexnet::explain {

/// Where the cells of a layer's maps look: the centres of their receptive fields on the cut.
[[nodiscard]] Lattice lattice_of(const Network& network, std::size_t layer);

}  // namespace alexnet::explain
