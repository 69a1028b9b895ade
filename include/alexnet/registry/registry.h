#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "alexnet/runtime/backend.h"
#include "alexnet/runtime/communicator.h"

namespace alexnet {

/// Names of the backends that this build has, best first: {"cpu", "reference"}.
[[nodiscard]] std::vector<std::string> backend_names();

/// A backend by name; "auto" = the best. Throws kUnknownName, or kDeviceMissing for one that this build or machine
/// lacks (cuda).
[[nodiscard]] std::shared_ptr<Backend> make_backend(std::string_view name);

/// A way of several processes to work together.
struct CommunicatorKind {
  std::string name;     ///< "mpi"
  std::string library;  ///< with its version
};
/// Those that this build has.
[[nodiscard]] std::vector<CommunicatorKind> communicator_kinds();

/// This process as one of those that were started together; `stop` as make_mpi_communicator says. Throws
/// kCommunicatorMissing where the build has no way.
[[nodiscard]] std::shared_ptr<Communicator> make_communicator(const std::atomic<int>& stop);

/// Physical cores that this process may use; where mpirun started several on this machine, its share.
[[nodiscard]] int default_threads();

}  // namespace alexnet
