#include "step.h"

namespace alexnet::cpu {
namespace {

class AvgPoolStep final : public Step {
 public:
  PoolGeometry geometry{};
  float divisor = 0;

  void forward(StepCall& call) override { kernels().avg_pool(in, out, geometry, divisor, call.input, call.output); }
  void backward_data(StepCall& call) override {
    kernels().avg_pool_backward(in, out, geometry, divisor, call.output_gradient, call.input_gradient);
  }
};

float divisor_of(const AvgPool2D& layer) {
  switch (layer.divisor) {
    case AvgPool2D::Divisor::kClippedWindow:
      return 0;
    case AvgPool2D::Divisor::kFullWindow:
      return static_cast<float>(layer.window * layer.window);
    case AvgPool2D::Divisor::kOne:
      break;
  }
  return 1;
}

}  // namespace

std::unique_ptr<Step> make_step(const AvgPool2D& layer, const StepContext& context) {
  auto step = std::make_unique<AvgPoolStep>();
  const auto& output = context.network->facts(context.layer).output;
  const auto padding = layer.padding.resolved(context.input.height, context.input.width, layer.window, layer.stride);
  step->geometry = {layer.window, layer.stride, padding.top, padding.left};
  step->divisor = divisor_of(layer);
  step->in = context.input;
  step->out = context.input.resized(output[1], output[2]);
  return step;
}

}  // namespace alexnet::cpu
