#include "elementwise_step.h"

namespace alexnet::cpu {

std::unique_ptr<Step> make_step(const ReLU&, const StepContext& context) {
  return std::make_unique<ElementwiseStep>(context, kernels().relu, kernels().relu_backward);
}

}  // namespace alexnet::cpu
