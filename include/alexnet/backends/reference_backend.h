#pragma once

#include <memory>

#include "alexnet/runtime/backend.h"

namespace alexnet {

/// Plain loops in float or double storage, every sum in double: the executable specification that other backends are
/// compared with. Supports every layer at both precisions, keeps every activation, and runs on the calling thread.
/// Running statistics of batch normalisation move in `train` with statistics `training` only: `infer` with training
/// statistics normalises by the batch and leaves them.
[[nodiscard]] std::shared_ptr<Backend> make_reference_backend();

}  // namespace alexnet
