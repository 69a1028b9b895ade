#pragma once

#include <cstdint>
#include <memory>

#include "alexnet/runtime/communicator.h"

namespace alexnet {

/// Several ranks that train one network together: each holds all of it, but for `hybrid`, and computes its part of
/// every step's photos, and the gradients are summed over the ranks. The recipe stays what it is: `batch` is that of
/// all ranks together, so a training on R ranks makes the steps of one rank, up to the order in which sums are taken.
struct DataParallel {
  std::shared_ptr<Communicator> ranks = {};  ///< none = this process alone
  /// Sums are taken in order of rank, whatever way the transport would choose: R ranks then equal one rank that makes
  /// its step of R small batches (Recipe::accumulate), bit for bit. Nothing of it is hidden behind the backward pass.
  bool ordered = false;
  bool bf16 = false;  ///< gradients cross as bfloat16: half the bytes, and each loses 16 bits of its 24
  /// Batch normalisation takes its means and variances over all ranks' rows, not over each rank's own.
  bool share_statistics = true;
  /// The dense layers' weights lie on all ranks, each of which has its own units (make_hybrid_backend). The ranks read
  /// them together, and put them together before each evaluation and checkpoint.
  bool hybrid = false;
  /// Gradients are joined, or cut, to sums of this many bytes.
  std::int64_t bucket_bytes = std::int64_t{16} << 20;
};

/// Throws kOptionInvalid for `ordered` with `bf16`, whose sums are rounded on the way.
void check_data_parallel(const DataParallel& parallel);

}  // namespace alexnet
