#pragma once

#include <memory>

#include "linear.h"

namespace alexnet::cpu {

/// A convolution of stride 1 with a kernel of 3x3 or 5x5, forward alone, by products of polynomials: 36 multiplications
/// for what direct ones need 144 or 100. For few photos, where spectra of the whole map would hold more than the
/// kernels. docs/numerics.md has its errors.

/// Whether it needs clearly fewer multiplications than the direct form, and can be done: a rule from shapes alone.
[[nodiscard]] bool winograd_pays(const Layout& input, const Shape& output, const LinearOptions& options);

/// It reads and writes blocks of as many channels as a vector has.
[[nodiscard]] std::unique_ptr<Linear> make_winograd_convolution(const Layout& input, const Shape& output,
                                                                const LinearOptions& options);

}  // namespace alexnet::cpu
