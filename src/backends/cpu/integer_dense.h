#pragma once

#include <memory>

#include "linear.h"

namespace alexnet::cpu {

/// Whether the library has no 8-bit instructions to use, or the photos are so few that the memory decides.
[[nodiscard]] bool integer_dense_pays(const Layout& input);

/// A dense layer whose input and weights become whole numbers of 8 bits (runtime/quantization.h), forward alone, from
/// f32 to f32; rows in plain order on both sides. A quarter of the weights' bytes is read. Products are added in pairs
/// of 16 bits, exactly: for processors whose 8-bit instructions add before there is room.
[[nodiscard]] std::unique_ptr<Linear> make_integer_dense(const Layout& input, std::int64_t units,
                                                         const LinearOptions& options);

}  // namespace alexnet::cpu
