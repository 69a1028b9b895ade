#include "step.h"

namespace alexnet::cpu {
namespace {

class MaxPoolStep final : public Step {
 public:
  PoolGeometry geometry{};
  bool training = false;
  bool after_relu = false;
  bool all_ties = false;

  std::size_t saved_bytes() const override { return saves_index() ? static_cast<std::size_t>(out.size()) : 0; }
  bool needs_input() const override { return all_ties; }
  bool needs_output() const override { return all_ties || after_relu; }

  void forward(StepCall& call) override {
    auto* index = saves_index() ? reinterpret_cast<std::uint8_t*>(call.saved) : nullptr;
    kernels().max_pool(in, out, geometry, call.input, call.output, index);
  }
  void backward_data(StepCall& call) override {
    const MaxPoolChoice choice{saves_index() ? reinterpret_cast<const std::uint8_t*>(call.saved) : nullptr,
                               all_ties ? call.input : nullptr, needs_output() ? call.output : nullptr, after_relu};
    kernels().max_pool_backward(in, out, geometry, choice, call.output_gradient, call.input_gradient);
  }

 private:
  [[nodiscard]] bool saves_index() const { return training && !all_ties; }
};

}  // namespace

std::unique_ptr<Step> make_step(const MaxPool2D& layer, const StepContext& context) {
  auto step = std::make_unique<MaxPoolStep>();
  const auto& output = context.network->facts(context.layer).output;
  const auto padding = layer.padding.resolved(context.input.height, context.input.width, layer.window, layer.stride);
  step->geometry = {layer.window, layer.stride, padding.top, padding.left};
  step->training = context.training();
  step->after_relu = context.after_relu_mask;
  step->all_ties = layer.ties == MaxPool2D::Ties::kAll;
  step->in = context.input;
  step->out = context.input.resized(output[1], output[2]);
  return step;
}

}  // namespace alexnet::cpu
