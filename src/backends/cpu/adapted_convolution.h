#pragma once

#include <functional>
#include <memory>

#include "linear.h"

namespace alexnet::cpu {

// Convolutions, forward alone, that another one computes from other inputs and weights.

using MakeLinear = std::function<std::unique_ptr<Linear>(const LinearOptions&)>;

/// In 8-bit integers (runtime/quantization.h): the f32 convolution of the numbers that the integers stand for. Where
/// products of integers are not much faster than those of floats, spectra and tiles, which need fewer, win.
/// `weights`: shape; `make`: the convolution at f32.
[[nodiscard]] std::unique_ptr<Linear> make_rounded_convolution(const Shape& weights, const LinearOptions& options,
                                                               const MakeLinear& make);

/// Of a stride s: the s x s pixels of a fold stand together as one pixel of s*s times the channels, which leaves stride
/// 1 and a kernel of an s-th of the side. 11x11 of 3 channels with stride 4 is 3x3 of 48, which Winograd's way does
/// with a third of the multiplications.

/// Whether few channels in planes come in, and the folded convolution is one for Winograd's way.
[[nodiscard]] bool folded_convolution_pays(const Layout& input, const Shape& output, const LinearOptions& options);

[[nodiscard]] std::unique_ptr<Linear> make_folded_convolution(const Layout& input, const Shape& output,
                                                              const LinearOptions& options);

}  // namespace alexnet::cpu
