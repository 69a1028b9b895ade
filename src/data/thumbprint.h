#pragma once

#include <array>
#include <vector>

#include "alexnet/image/image.h"

namespace alexnet {

/// Small copies of a photo, by which near copies of it are found: photos that were saved again, resized, made brighter
/// or cut a little at the edges. A mirrored photo is another one.
struct Thumbprint {
  std::array<float, 64> coarse{};  ///< 8 x 8 grey values, centred on 0, of length 1
  Image grey;                      ///< 32 x 32
  Image colour;                    ///< 32 x 32
};

/// Below this side a photo has less detail than its thumbprint: alike is then not yet the same.
inline constexpr int kThumbSide = 32;

[[nodiscard]] Thumbprint make_thumbprint(const Image& photo);

/// Whether the coarse copies are so alike that it is worth measuring the difference: a product of 64 numbers, fit for
/// all pairs of a set.
[[nodiscard]] bool may_be_alike(const Thumbprint& a, const Thumbprint& b);

/// From 0 (the same) to 100: 100 (1 - r), where r is the correlation of the details (each colour less the mean of the
/// 3 x 3 around it, on 16 x 16) after one of the two was cut by up to 5 % at each edge to fit the other best. Details,
/// because large shapes agree between photos that have nothing in common but a flower in the middle.
[[nodiscard]] double difference(const Thumbprint& a, const Thumbprint& b);

}  // namespace alexnet
