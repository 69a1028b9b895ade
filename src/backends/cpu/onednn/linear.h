#pragma once

#include <memory>

#include "../linear.h"

namespace alexnet::cpu::onednn {

/// At f32 and bf16. `input` gives extents and, unless `free_input`, the order of what comes in; `output_*` the extents
/// of what goes out.
[[nodiscard]] std::unique_ptr<Linear> make_convolution(const Layout& input, bool free_input, const Shape& output,
                                                       const LinearOptions& options);
/// (N,I) to (N,units), rows in plain order on both sides.
[[nodiscard]] std::unique_ptr<Linear> make_inner_product(const Layout& input, std::int64_t units,
                                                         const LinearOptions& options);

/// The same in 8-bit integers (runtime/quantization.h): forward alone, from f32 to f32.
[[nodiscard]] std::unique_ptr<Linear> make_int8_convolution(const Layout& input, const Shape& output,
                                                            const LinearOptions& options);
[[nodiscard]] std::unique_ptr<Linear> make_int8_inner_product(const Layout& input, std::int64_t units,
                                                              const LinearOptions& options);

/// Copies an activation from one order to another.
void reorder_activation(const Layout& from, const float* source, const Layout& to, float* target);

}  // namespace alexnet::cpu::onednn
