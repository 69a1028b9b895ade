#include <cmath>

#include "alexnet/core/random.h"

#include "step.h"

namespace alexnet::cpu {
namespace {

class DropoutStep final : public Step {
 public:
  DropoutDraw draw{};
  float scale_without_drop = 1;  ///< of the not inverted kind: 1 - rate
  bool training = false;         ///< by the Program's statistics

  std::size_t saved_bytes() const override {
    return training ? static_cast<std::size_t>(in.rows * in.elements_per_row()) : 0;
  }

  void forward(StepCall& call) override {
    if (!training) {
      kernels().scale(call.input, call.output, scale_without_drop, in.size());
      return;
    }
    draw.epoch = call.batch->epoch;
    draw.position = call.batch->position;
    auto* mask = reinterpret_cast<std::uint8_t*>(call.saved);
    kernels().dropout_mask(draw, in.rows, in.elements_per_row(), mask);
    kernels().apply_mask(in, mask, draw.scale, call.input, call.output);
  }
  void backward_data(StepCall& call) override {
    if (!training) {
      kernels().scale(call.output_gradient, call.input_gradient, scale_without_drop, in.size());
      return;
    }
    kernels().apply_mask(in, reinterpret_cast<const std::uint8_t*>(call.saved), draw.scale, call.output_gradient,
                         call.input_gradient);
  }
};

}  // namespace

std::unique_ptr<Step> make_step(const Dropout& layer, const StepContext& context) {
  auto step = std::make_unique<DropoutStep>();
  step->training = context.training_statistics();
  step->scale_without_drop = layer.inverted ? 1.0F : static_cast<float>(1 - layer.rate);
  step->draw = {context.options->seed,
                dropout_purpose(layer.mask_name.empty() ? layer.name : layer.mask_name),
                0,
                0,
                layer.first_unit,
                static_cast<std::uint32_t>(std::floor(layer.rate * 0x1p32)),
                layer.inverted ? static_cast<float>(1 / (1 - layer.rate)) : 1.0F};
  step->in = step->out = context.input;
  return step;
}

}  // namespace alexnet::cpu
