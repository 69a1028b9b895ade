#include "elementwise_step.h"

namespace alexnet::cpu {
namespace {

/// sigmoid(0) is not 0: where channels are padded, the padding is made 0 again.
class SigmoidStep final : public Step {
 public:
  void forward(StepCall& call) override {
    kernels().sigmoid(call.input, call.output, in.size());
    if (in.channels % in.lanes == 0) {
      return;
    }
    for (std::int64_t n = 0; n < in.rows; ++n) {
      for (std::int64_t h = 0; h < in.height; ++h) {
        for (std::int64_t w = 0; w < in.width; ++w) {
          for (std::int64_t c = in.channels; c < in.blocks() * in.lanes; ++c) {
            call.output[in.at(n, c, h, w)] = 0;
          }
        }
      }
    }
  }
  void backward_data(StepCall& call) override {
    kernels().sigmoid_backward(call.output, call.output_gradient, call.input_gradient, in.size());
  }
  bool needs_output() const override { return true; }
};

}  // namespace

std::unique_ptr<Step> make_step(const Sigmoid&, const StepContext& context) {
  auto step = std::make_unique<SigmoidStep>();
  step->in = step->out = context.input;
  return step;
}

}  // namespace alexnet::cpu
