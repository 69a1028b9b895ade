#pragma once

#include <cstdint>
#include <span>

#include "alexnet/runtime/batch.h"

namespace alexnet::reference {

/// The valid rows of a checked batch as numbers in logical order: bytes (N,H,W,C) become (N,C,H,W).
template <class T>
void unpack_input(const Batch& batch, std::span<T> to);

}  // namespace alexnet::reference
