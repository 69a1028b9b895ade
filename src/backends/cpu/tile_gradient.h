#pragma once

#include <functional>
#include <memory>

#include "linear.h"

namespace alexnet::cpu {

/// A convolution at bf16 whose weights' gradient is made by tiles of AMX over rows of all photos' pixels; another does
/// the other passes. The library's own way needs two to three times as long, most of all where few channels come in.

/// Whether the processor has such tiles, and channels and filters fill them. With a stride, pixels are folded into
/// channels: s x s of them become one of s*s times the channels.
[[nodiscard]] bool tile_gradient_pays(const Layout& input, const Shape& output, const LinearOptions& options);

/// `make`: the layer without that gradient, which is exact for the rounded numbers but for sums at f32.
[[nodiscard]] std::unique_ptr<Linear> make_tile_gradient(
    const Layout& input, const Shape& output, const LinearOptions& options,
    const std::function<std::unique_ptr<Linear>(const LinearOptions&)>& make);

}  // namespace alexnet::cpu
