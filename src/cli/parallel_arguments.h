#pragma once

#include <atomic>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "alexnet/distributed/hybrid.h"
#include "alexnet/train/data_parallel.h"
#include "alexnet/train/recipe.h"

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's name
class App;
}

namespace alexnet::cli {

/// Processes of the job that Open MPI's mpirun started this one in; 1 where it did not.
[[nodiscard]] int processes_of_job();

/// The ranks that a network is shared out to, where more than photos are.
struct SharedNetwork {
  std::shared_ptr<Communicator> towers = {};  ///< layers
  std::shared_ptr<Communicator> hybrid = {};  ///< units of the dense layers
  HybridScheme scheme = HybridScheme::kAtOnce;

  /// What the network and the recipe must be like, before anything is written. Throws kNetworkInvalid, kOptionInvalid.
  void check(const Network& network, const Recipe& recipe) const;
  /// What each rank trains with: `own`, over the ranks.
  [[nodiscard]] std::shared_ptr<Backend> backend(std::shared_ptr<Backend> own) const;
};

/// The options that say how the processes that mpirun started work together.
struct ParallelArguments {
  std::string parallel = "none";
  std::string wire = "f32";
  std::string statistics = "shared";
  bool ordered = false;
  std::string scheme = "a";

  void add_to(CLI::App& app);
  [[nodiscard]] HybridScheme hybrid_scheme() const {
    return scheme == "a" ? HybridScheme::kAtOnce : HybridScheme::kInTurn;
  }
  /// Takes up the connection to the others; no ranks where it is not asked for. Throws kOptionInvalid (several
  /// processes that were not told to work together would write one run), kCommunicatorMissing, kCommunication.
  [[nodiscard]] DataParallel open(const std::atomic<int>& stop) const;
  /// The same for a training in towers, one on each rank; nothing where it is not asked for.
  [[nodiscard]] std::shared_ptr<Communicator> open_towers(const std::atomic<int>& stop) const;
};

[[nodiscard]] inline bool are_several(const DataParallel& parallel) {
  return parallel.ranks != nullptr && parallel.ranks->size() > 1;
}
/// Whether another rank is the one that writes and speaks.
[[nodiscard]] inline bool follows(const DataParallel& parallel) {
  return parallel.ranks != nullptr && parallel.ranks->rank() > 0;
}

/// All ranks failed alike (a folder that is not there): each may end by itself.
struct FailedTogether {
  std::exception_ptr error;
};
/// Whether every rank failed. Every rank makes the call.
[[nodiscard]] bool all_failed(Communicator& ranks, bool failed);

/// What each rank prepares by itself; throws FailedTogether where none can.
template <class Prepare>
auto prepare_together(const DataParallel& parallel, const Prepare& prepare) {
  std::optional<decltype(prepare())> made;
  std::exception_ptr failure;
  try {
    made.emplace(prepare());
  } catch (const std::exception&) {
    failure = std::current_exception();
  }
  if (are_several(parallel) && all_failed(*parallel.ranks, failure != nullptr)) {
    throw FailedTogether{failure};
  }
  if (failure) {
    std::rethrow_exception(failure);
  }
  return std::move(*made);
}

}  // namespace alexnet::cli
