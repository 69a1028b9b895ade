#pragma once

#include "alexnet/network/network.h"

namespace alexnet::test {

/// The network with every Dropout's rate 0: the random numbers of other programs are not ours.
[[nodiscard]] Network without_dropout(const Network& network);

/// A copy with the same layers, kernels, strides and groups, small enough to be compared number by number:
/// filters / 16 (4 or more), units / 128 (16 or more), no dropout, the smallest square photo at which Flatten still
/// sees 2 x 2 pixels (or what it sees at full size, where that is less), and a mean image 8 pixels wider than the
/// photo. Weights start by He's rule and pixels are scaled to 0..1, so that activations keep their size at these
/// widths.
[[nodiscard]] Network scaled_down(const Network& network);

}  // namespace alexnet::test
