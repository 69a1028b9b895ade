#pragma once

#include <memory>

#include "alexnet/runtime/backend.h"
#include "alexnet/runtime/communicator.h"

namespace alexnet {

/// Which photos the dense layers are given together. Source: Krizhevsky 2014, schemes (a) and (b).
enum class HybridScheme {
  kAtOnce,  ///< (a) those of all ranks
  kInTurn,  ///< (b) those of one rank after another: less memory by as many times as there are ranks
};

/// A backend that trains in hybrid parallelism (cut_hybrid): convolutions on each rank's own photos, dense layers on
/// each rank's own units. Every rank uses it in the same way: equal networks, weights and options, and as many calls,
/// with photos or without. A program that trains takes the rank's own photos, and its results are of those. It shows
/// gradients that are to be summed over the ranks, last layer first, and those of the shared units as complete ones
/// (GradientView::complete); it does nothing else than train.
///
/// Parameters are whole to who uses them: `write` and `write_slot` are given all and keep the rank's own part; `read`
/// and `read_slot` put them together and are made by all ranks in the same moment. Programs that do not train compute
/// alone, with a whole copy of the weights: those that were written last, so write what is read before an evaluation.
///
/// Compile throws what cut_hybrid throws, and kWrongCall for Lars, which needs norms of whole weights, and for batch
/// normalisation behind a dense layer in turns, which would see a part of the photos.
[[nodiscard]] std::shared_ptr<Backend> make_hybrid_backend(std::shared_ptr<const Backend> backend,
                                                           std::shared_ptr<Communicator> communicator,
                                                           HybridScheme scheme);

}  // namespace alexnet
