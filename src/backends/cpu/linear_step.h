#pragma once

#include <functional>
#include <memory>

#include "onednn/linear.h"
#include "step.h"

namespace alexnet::cpu {

/// The step of a convolution or dense layer, with bias and, if the context says so, the ReLU behind it.
std::unique_ptr<Step> make_linear_step(
    const StepContext& context, onednn::LinearOptions options,
    const std::function<std::unique_ptr<onednn::Linear>(const onednn::LinearOptions&)>& make);

}  // namespace alexnet::cpu
