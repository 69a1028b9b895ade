#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "alexnet/network/network.h"

/// Hybrid parallelism: ranks share the photos of the convolutions, which have few weights and large activations, and
/// the units of the dense layers, which have many weights and small activations. The last dense layer, whose number of
/// classes ranks need not divide, is by photos again. Source: Krizhevsky 2014, "One weird trick for parallelizing
/// convolutional neural networks" (arXiv 1404.5997).
namespace alexnet {

/// A network in three, one behind the other: what a rank computes of each.
struct HybridNetworks {
  Network convolutions;  ///< all in front of the first dense layer, for the rank's own photos: (C,H,W) to (F)
  Network dense;         ///< 1/R of the units of each dense layer but the last, for all photos: (F) to (H/R)
  Network head;          ///< the last dense layer and what follows, for the rank's own photos: (H) to scores
};

/// What rank `rank` of `ranks` computes; layers and parameters keep their names. Where a second dense layer reads all
/// units, an AllGather stands in front; dropout draws its part of the whole mask. Throws kNetworkInvalid, naming the
/// layer, for fewer than two dense layers, for none in front of them, for units that the ranks do not divide, and for
/// another kind of layer between dense ones than activations, dropout, flatten and batch normalisation.
[[nodiscard]] HybridNetworks cut_hybrid(const Network& network, int rank, int ranks);

/// Numbers that a rank sends to all others together in a training step, without the sums of gradients: activations
/// forward, their gradients back. `rows` = photos of each rank.
[[nodiscard]] std::int64_t hybrid_activations_sent(const Network& network, int rank,
                                                   std::span<const std::int64_t> rows);
/// Parameters whose gradients are summed over the ranks: those of the convolutions and of the head.
[[nodiscard]] std::int64_t hybrid_summed_parameters(const Network& network);

}  // namespace alexnet
