#pragma once

#include <memory>

#include "alexnet/runtime/backend.h"

namespace alexnet {

/// The processor of this machine: oneDNN for convolutions and dense layers, our own kernels for the rest. f32.
/// `threads` is the default of its Programs; 0 = all cores that this process may use.
[[nodiscard]] std::shared_ptr<Backend> make_cpu_backend(int threads = 0);

}  // namespace alexnet
