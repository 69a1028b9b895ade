#include "step.h"

namespace alexnet::cpu {
namespace {

class LrnStep final : public Step {
 public:
  LrnGeometry geometry{};
  bool across = true;
  int threads = 1;

  std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(lrn_scratch_floats(in, geometry)) * static_cast<std::size_t>(threads) *
           sizeof(float);
  }
  bool needs_input() const override { return true; }

  void forward(StepCall& call) override {
    if (across) {
      kernels().lrn_across(in, geometry, call.input, call.output, reinterpret_cast<float*>(call.scratch));
    } else {
      kernels().lrn_within(in, geometry, call.input, call.output);
    }
  }
  void backward_data(StepCall& call) override {
    const auto backward = across ? kernels().lrn_across_backward : kernels().lrn_within_backward;
    backward(in, geometry, call.input, call.output_gradient, call.input_gradient,
             reinterpret_cast<float*>(call.scratch));
  }
};

}  // namespace

std::unique_ptr<Step> make_step(const LRN& layer, const StepContext& context) {
  auto step = std::make_unique<LrnStep>();
  step->geometry = {layer.size, layer.groups, static_cast<float>(layer.coefficient()), static_cast<float>(layer.k),
                    static_cast<float>(layer.beta)};
  step->across = layer.span == LRN::Span::kAcross;
  step->threads = context.threads;
  step->in = step->out = context.input;
  return step;
}

}  // namespace alexnet::cpu
