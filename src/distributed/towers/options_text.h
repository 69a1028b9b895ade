#pragma once

#include "alexnet/runtime/backend.h"

#include "distributed/towers/order.h"

namespace alexnet::distributed {

/// All of CompileOptions but the loss, which rank 0 alone computes, and the communicator.
void put_options(OrderText& text, const CompileOptions& options);
[[nodiscard]] CompileOptions get_options(OrderText& text);

/// What a tower needs of a batch: all but labels and weights of rows.
void put_batch(OrderText& text, const Batch& batch);
void get_batch(OrderText& text, Batch& batch);

}  // namespace alexnet::distributed
