#pragma once

#include <functional>
#include <memory>

#include "linear.h"
#include "step.h"

namespace alexnet::cpu {

/// The step of a convolution or dense layer, with bias and, if the context says so, the ReLU behind it.
std::unique_ptr<Step> make_linear_step(const StepContext& context, LinearOptions options,
                                       const std::function<std::unique_ptr<Linear>(const LinearOptions&)>& make);

}  // namespace alexnet::cpu
