#pragma once

#include "step.h"

namespace alexnet::cpu {

/// A function of one element whose derivative is known from its output.
class ElementwiseStep final : public Step {
 public:
  using Forward = void (*)(const float* x, float* y, std::int64_t n);
  using Backward = void (*)(const float* y, const float* dy, float* dx, std::int64_t n);

  ElementwiseStep(const StepContext& context, Forward function, Backward derivative)
      : function_(function), derivative_(derivative) {
    in = out = context.input;
  }

  bool needs_output() const override { return true; }
  void forward(StepCall& call) override { function_(call.input, call.output, in.size()); }
  void backward_data(StepCall& call) override {
    derivative_(call.output, call.output_gradient, call.input_gradient, in.size());
  }

 private:
  Forward function_;
  Backward derivative_;
};

}  // namespace alexnet::cpu
