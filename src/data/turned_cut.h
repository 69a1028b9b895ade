#pragma once

#include <cstdint>

#include "alexnet/data/geometry.h"

namespace alexnet {

/// apply_cut with the picture turned about the middle of the cut, counter-clockwise: each pixel of `out` is
/// interpolated between the four pixels of `picture` around its place, in 1/256 of a pixel. What lies outside of the
/// picture is its mirror image at the edge.
void apply_turned_cut(const Image& picture, const Geometry& geometry, const Cut& cut, double degrees,
                      std::uint8_t* out);

}  // namespace alexnet
