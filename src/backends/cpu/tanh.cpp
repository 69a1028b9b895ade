#include "elementwise_step.h"

namespace alexnet::cpu {

std::unique_ptr<Step> make_step(const Tanh&, const StepContext& context) {
  return std::make_unique<ElementwiseStep>(context, kernels().tanh, kernels().tanh_backward);
}

}  // namespace alexnet::cpu
