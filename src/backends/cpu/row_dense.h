#pragma once

#include <memory>

#include "linear.h"

namespace alexnet::cpu {

/// A dense layer of very few photos, at f32 or bf16, as sums over the weights in the order that files have: nothing is
/// moved before the first answer, and the memory is read by several streams.

/// Whether it is for inference of so few photos that the memory decides, no Program before has put the weights in
/// another order, and the library has nothing better.
[[nodiscard]] bool row_dense_pays(const Layout& input, std::int64_t units, const LinearOptions& options);

[[nodiscard]] std::unique_ptr<Linear> make_row_dense(const Layout& input, std::int64_t units,
                                                     const LinearOptions& options);

}  // namespace alexnet::cpu
