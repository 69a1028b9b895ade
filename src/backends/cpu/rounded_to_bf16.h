#pragma once

#include <functional>
#include <memory>

#include "linear.h"

namespace alexnet::cpu {

/// A layer at bf16, in all passes, that one at f32 computes from numbers rounded to bf16: where that has a way of its
/// own which saves more than bf16 does. `make`: the layer at f32.
[[nodiscard]] std::unique_ptr<Linear> make_rounded_to_bf16(
    const LinearOptions& options, const std::function<std::unique_ptr<Linear>(const LinearOptions&)>& make);

}  // namespace alexnet::cpu
