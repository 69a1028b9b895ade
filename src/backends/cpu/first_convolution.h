#pragma once

#include <memory>

#include "linear.h"

namespace alexnet::cpu {

/// A convolution over few channels, as the first of a network is, from planes to blocks of filters.

/// Whether the library has nothing better for this processor, and it can be done.
[[nodiscard]] bool first_convolution_pays(const Layout& input, const Shape& output, const LinearOptions& options);

/// Without backward data: a network's input needs no gradient in training.
[[nodiscard]] std::unique_ptr<Linear> make_first_convolution(const Layout& input, const Shape& output,
                                                             const LinearOptions& options);

}  // namespace alexnet::cpu
