#pragma once

#include <memory>

#include "../linear.h"

namespace alexnet::cpu::onednn {

/// `input` gives extents and, unless `free_input`, the order of what comes in; `output_*` the extents of what goes out.
[[nodiscard]] std::unique_ptr<Linear> make_convolution(const Layout& input, bool free_input, const Shape& output,
                                                       const LinearOptions& options);
/// (N,I) to (N,units), rows in plain order on both sides.
[[nodiscard]] std::unique_ptr<Linear> make_inner_product(const Layout& input, std::int64_t units,
                                                         const LinearOptions& options);

/// Copies an activation from one order to another.
void reorder_activation(const Layout& from, const float* source, const Layout& to, float* target);

}  // namespace alexnet::cpu::onednn
