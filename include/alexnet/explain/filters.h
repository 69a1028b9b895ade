#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "alexnet/image/image.h"
#include "alexnet/network/network.h"
#include "alexnet/network/weights.h"

/// Pictures of what a network learnt. Nothing here computes a layer of its own: activations and gradients are a
/// Program's, weights a Model's.
namespace alexnet::explain {

/// A filter of the first convolution.
struct Filter {
  std::size_t index = 0;
  std::size_t part = 0;  ///< which group of a later convolution reads it
  double norm = 0;       ///< square root of the sum of its squared weights
  double colour = 0;     ///< share of the squared weights that is not the same in all channels, 0 to 1
  bool empty = false;    ///< norm at most 1 % of the largest: it learnt nothing, or forgot it
};

struct FilterSheet {
  std::string layer;
  std::vector<Filter> filters;
  /// Where a later convolution has groups, its groups see different filters, as the two graphics cards of 2012 did:
  /// these parts stand apart.
  std::size_t parts = 1;
  double largest = 0;  ///< absolute weight that is drawn as white (and its negative as black); 0 is mid-grey
  int enlarged = 1;    ///< side of a weight in pixels of the picture
  Image picture;
};

/// All filters of the first convolution in colour, 16 a row, one scale for all; red, green and blue as the photo has
/// them whatever the network's order. Throws kNoConvolution, and kNetworkInvalid where the first convolution does not
/// read 1 or 3 channels. Source: Krizhevsky et al. 2012, figure 3.
[[nodiscard]] FilterSheet filter_sheet(const Network& network, const Weights& weights);

}  // namespace alexnet::explain
