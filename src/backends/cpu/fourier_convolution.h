#pragma once

#include <memory>

#include "linear.h"

namespace alexnet::cpu {

/// A convolution of stride 1 as products of spectra: exact but for rounding, with fewer multiplications than the direct
/// form where the kernel is large. docs/numerics.md has its errors.

/// Whether it needs clearly fewer multiplications than the direct form, and can be done: a rule from shapes alone.
[[nodiscard]] bool fourier_pays(const Layout& input, const Shape& output, const LinearOptions& options);
/// The same beside a direct convolution at bf16, which multiplies many times as fast.
[[nodiscard]] bool fourier_pays_at_bf16(const Layout& input, const Shape& output, const LinearOptions& options);

/// It reads and writes blocks of 16 or 8 channels: those of `input` where that is blocked.
[[nodiscard]] std::unique_ptr<Linear> make_fourier_convolution(const Layout& input, const Shape& output,
                                                               const LinearOptions& options);

}  // namespace alexnet::cpu
