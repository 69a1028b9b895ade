#pragma once

#include "alexnet/runtime/batch.h"

namespace alexnet {

/// Rows `first` to `first + rows` of `batch` as a batch of its own, whose loss has the given divisor: a part of a step.
/// The memory of `part` is used again.
void copy_rows(const Batch& batch, int first, int rows, double divisor, Batch& part);

}  // namespace alexnet
