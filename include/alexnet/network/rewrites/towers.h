#pragma once

#include <span>
#include <vector>

#include "alexnet/network/network.h"
#include "alexnet/network/weights.h"

/// Towers: a network whose convolutions have T groups, as T networks that each hold their own part of every layer and
/// of no other weight, and that exchange activations where a layer reads all of them. Together they compute what the
/// whole network computes. Source: Krizhevsky 2012, section 3.5 and figure 2 (T = 2).
namespace alexnet {

/// A network with its weights: what a rewrite takes and gives.
struct WeightedNetwork {
  Network network;
  Weights weights;
};

/// The tower `rank` of `towers`. A layer of filters or units keeps its rank-th part of them; where it reads all
/// channels, an AllGather stands in front. Grouped convolutions and normalisations lose their groups, dropout draws its
/// part of the whole mask. The last dense layer, and what stands behind it, is tower 0's alone; a Gather leads there.
/// Throws kNetworkInvalid, naming the layer that towers cannot share: a convolution between towers with other groups
/// than 1 or T, a normalisation across channels without groups = T, filters or units that T does not divide, layers
/// without shared weights, batch normalisation in front of all convolutions, and a network without a convolution of T
/// groups.
[[nodiscard]] Network split(const Network& network, int rank, int towers);
/// The same with its weights, of any element type, which are copied bit for bit.
[[nodiscard]] WeightedNetwork split(const Network& network, const Weights& weights, int rank, int towers);

/// A tower's part of tensors that belong to parameters of the whole network by name (weights, moments of an optimiser);
/// those of parameters that the tower does not have are left out.
[[nodiscard]] Weights part_of_whole(const Network& tower, const Weights& whole);
/// The tensors of which each tower, in order of rank, has its part. Throws kTowersDiffer where one that all hold
/// differs.
[[nodiscard]] Weights whole_of_parts(const Network& whole, std::span<const Weights> parts);

/// The whole network of its tower 0. Throws kTowersDiffer (or kNetworkInvalid) for a network that `split` does not
/// make.
[[nodiscard]] Network merge(const Network& root);
/// The whole of all towers, given in any order: split, undone bit for bit. Throws kTowersDiffer where they are not the
/// towers of one network, each of them once, or differ in a tensor that all hold.
[[nodiscard]] WeightedNetwork merge(std::span<const WeightedNetwork> towers);

/// How many towers suit a network: the groups of its first grouped convolution; 2 where none is.
[[nodiscard]] int towers_for(const Network& network);

/// Which tower a network is, of how many; 0 of 1 where it is whole.
struct TowerPlace {
  int rank = 0;
  int towers = 1;
  friend bool operator==(const TowerPlace&, const TowerPlace&) = default;
};
[[nodiscard]] TowerPlace tower_place(const Network& network);

/// What a tower sends in one place, forward; backward as much comes back.
struct Exchange {
  std::string layer;          ///< "gather_conv3"
  std::string reader;         ///< the layer behind it: "conv3"
  std::int64_t elements = 0;  ///< of one photo, to each of the towers that it sends to
  bool to_root_alone = false;
};
/// In the order of the layers; of the root, which sends nothing to itself, the last has no elements.
[[nodiscard]] std::vector<Exchange> exchanges(const Network& tower);

}  // namespace alexnet
