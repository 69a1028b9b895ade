#pragma once

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

/// Ways of several processes to work together that this build has.
[[nodiscard]] std::vector<std::string> communicator_names();

/// This process as one of those that were started together. Throws kCommunicatorMissing where the build has no way.
[[nodiscard]] std::shared_ptr<Communicator> make_communicator();

/// Physical cores that this process may use.
[[nodiscard]] int default_threads();

}  // namespace alexnet
