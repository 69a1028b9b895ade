#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "alexnet/data/dataset.h"
#include "alexnet/formats/model_file.h"

namespace alexnet {

struct PatchOptions {
  int side = 64;        ///< of the prepared photos
  int patch = 6;        ///< side of a patch
  int filters = 256;    ///< patches that become filters; each counts where it fits and where its negative does
  int sampled = 20000;  ///< patches whose covariance whitens them
  int cells = 3;        ///< a side of the map is averaged in so many cells
  std::uint64_t seed = 1;
};

/// Features that need no training: a convolution whose filters are whitened patches p of the photos themselves, each
/// less its mean,
///   f = (S + e I)^-1 p / sqrt(p . (S + e I)^-1 p),   S: covariance of such patches, e = 1e-3,
/// then ReLU(f . x - 1), and the means of that in `cells` x `cells` cells, which are the scores. A patch of the photo
/// gives f's bias-free answer as if it were whitened too.
/// Source: Coates, Lee and Ng 2011 (whitened patches as filters, both signs, means over cells); Coates and Ng 2011
/// (patches drawn at random do nearly as well as learnt ones).
/// Photos that cannot be read give no patch. Throws kTooFewPhotos where none can.
[[nodiscard]] Model patch_model(const Dataset& dataset, const std::vector<std::size_t>& items,
                                const PatchOptions& options = {});

}  // namespace alexnet
