#include "linear_step.h"

namespace alexnet::cpu {
namespace {

class LinearStep final : public Step {
 public:
  std::unique_ptr<Linear> linear;
  WeightSource weights;
  std::size_t weight = 0;
  std::size_t bias = 0;
  bool has_bias = true;
  bool mask_itself = false;  ///< the backward of a fused ReLU is done here
  double macs = 0;
  Precision precision = Precision::kF32;

  std::size_t scratch_bytes() const override { return linear->scratch_bytes(); }
  std::size_t derived_floats() const override { return linear->derived_floats(); }
  bool needs_input() const override { return true; }
  bool needs_output() const override { return mask_itself; }

  void forward(StepCall& call) override {
    linear->forward(call.input, weights.values(weight), bias_values(), call.output, call.scratch);
  }
  void prepare_backward(StepCall& call) override {
    if (mask_itself) {
      kernels().relu_backward(call.output, call.output_gradient, call.output_gradient, out.size());
    }
  }
  void backward_data(StepCall& call) override {
    linear->backward_data(call.output_gradient, weights.values(weight), call.input_gradient, call.scratch);
  }
  void backward_weights(StepCall& call) override {
    linear->backward_weights(call.input, call.output_gradient, call.gradients[0],
                             has_bias ? call.gradients[1] : nullptr, call.scratch);
  }
  void weights_changed() override { linear->weights_changed(); }

  std::string kernel(Pass pass) const override {
    switch (pass) {
      case Pass::kForward:
        return linear->forward_kernel();
      case Pass::kBackwardData:
        return linear->backward_data_kernel();
      case Pass::kBackwardWeights:
        break;
    }
    return linear->backward_weights_kernel();
  }
  std::size_t bytes_a_weight(Pass pass) const override {
    const bool reads = pass != Pass::kBackwardWeights;
    return reads && precision == Precision::kBF16 ? 2 : reads && precision == Precision::kI8 ? 1 : sizeof(float);
  }
  double operations(Pass) const override { return 2 * macs * static_cast<double>(in.rows); }

 private:
  const float* bias_values() { return has_bias ? weights.values(bias) : nullptr; }
};

}  // namespace

std::unique_ptr<Step> make_linear_step(const StepContext& context, LinearOptions options,
                                       const std::function<std::unique_ptr<Linear>(const LinearOptions&)>& make) {
  auto step = std::make_unique<LinearStep>();
  step->weights = context.source();
  step->weight = context.parameter("weight");
  step->has_bias = options.has_bias;
  step->mask_itself = context.fuse_relu && !context.pool_masks;
  step->macs = static_cast<double>(context.network->facts(context.layer).macs);
  options.relu = context.fuse_relu;
  options.precision = step->precision = context.options->precision;
  if (options.precision == Precision::kI8) {
    options.input_range = context.options->input_ranges.at(name_of(context.network->layers()[context.layer]));
  }
  options.source = step->weights;
  options.weight = step->weight;
  options.training = context.training();
  options.backward_data = context.input_gradient;
  options.backward_weights = context.options->backward == Backward::kAll && !context.frozen;
  if (context.weights->is_chosen(step->weight)) {
    options.stored = context.weights->layout(step->weight);
  }
  step->linear = make(options);
  context.weights->choose_layout(step->weight, step->linear->weights());
  step->in = step->linear->input();
  step->out = step->linear->output();
  step->parameters = {step->weight};
  if (options.has_bias) {
    step->bias = context.parameter("bias");
    step->parameters.push_back(step->bias);
  }
  return step;
}

}  // namespace alexnet::cpu
