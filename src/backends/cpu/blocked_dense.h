#pragma once

#include <memory>

#include "linear.h"

namespace alexnet::cpu {

/// A dense layer as products of blocks of units, with its weights as [units / lanes][channels][lanes].

/// Whether the library has nothing better for this processor, and the extents are whole blocks.
[[nodiscard]] bool blocked_dense_pays(const Layout& input, std::int64_t units, const LinearOptions& options);

[[nodiscard]] std::unique_ptr<Linear> make_blocked_dense(const Layout& input, std::int64_t units,
                                                         const LinearOptions& options);

}  // namespace alexnet::cpu
