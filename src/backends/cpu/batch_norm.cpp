#include <algorithm>
#include <cmath>

#include "step.h"

namespace alexnet::cpu {
namespace {

class BatchNormStep final : public Step {
 public:
  BatchNorm options;
  bool batch_statistics = false;
  CpuParameters* statistics = nullptr;  ///< holds the running averages
  WeightSource weights;
  std::size_t weight = 0, bias = 0, running_mean = 0, running_var = 0;

  /// Per-channel numbers, padded as the layout's channels are; the padding stays 0.
  void make_room() {
    const auto padded = static_cast<std::size_t>(in.blocks() * in.lanes);
    for (auto* buffer : {&mean_, &variance_, &inverse_, &factor_, &shift_, &sum_, &sum_centred_, &a_, &b_, &c_}) {
      *buffer = FloatBuffer(padded);
    }
  }

  /// One double a photo and channel.
  std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(in.rows * in.blocks() * in.lanes) * sizeof(double);
  }
  bool needs_input() const override { return true; }

  void forward(StepCall& call) override {
    float* moving_mean = statistics->values(running_mean);
    float* moving_var = statistics->values(running_var);
    if (batch_statistics) {
      kernels().batch_moments(in, call.input, mean_.data(), variance_.data(), reinterpret_cast<float*>(call.scratch));
    } else {
      std::copy_n(moving_mean, in.channels, mean_.data());
      std::copy_n(moving_var, in.channels, variance_.data());
    }
    const float* gamma = weights.values(weight);
    const float* beta = weights.values(bias);
    for (std::int64_t c = 0; c < in.channels; ++c) {
      inverse_.data()[c] = 1 / std::sqrt(variance_.data()[c] + static_cast<float>(options.epsilon));
      factor_.data()[c] = gamma[c] * inverse_.data()[c];
      shift_.data()[c] = beta[c];
    }
    kernels().batch_norm(in, call.input, mean_.data(), factor_.data(), shift_.data(), call.output);
    if (call.update_statistics && batch_statistics) {
      move(moving_mean, mean_.data(), 1);
      const double n = count();
      move(moving_var, variance_.data(), options.unbiased_running_variance && n > 1 ? n / (n - 1) : 1);
    }
  }

  // dbias = sum g, dweight = inverse * sum g (x - mean)
  void prepare_backward(StepCall& call) override {
    kernels().batch_norm_sums(in, call.input, call.output_gradient, mean_.data(), sum_.data(), sum_centred_.data(),
                              reinterpret_cast<float*>(call.scratch));
  }

  // Batch statistics: dx = factor (g - sum g / n - (x - mean) inverse^2 sum(g (x - mean)) / n); else dx = factor g.
  void backward_data(StepCall& call) override {
    const auto n = static_cast<float>(count());
    for (std::int64_t c = 0; c < in.channels; ++c) {
      const float factor = factor_.data()[c];
      const float inverse = inverse_.data()[c];
      a_.data()[c] = factor;
      b_.data()[c] = batch_statistics ? -factor * inverse * inverse * sum_centred_.data()[c] / n : 0;
      c_.data()[c] = batch_statistics ? -factor * sum_.data()[c] / n : 0;
    }
    kernels().batch_norm_backward(in, call.input, call.output_gradient, mean_.data(), a_.data(), b_.data(), c_.data(),
                                  call.input_gradient);
  }

  void backward_weights(StepCall& call) override {
    for (std::int64_t c = 0; c < in.channels; ++c) {
      call.gradients[0][c] = sum_centred_.data()[c] * inverse_.data()[c];
      call.gradients[1][c] = sum_.data()[c];
    }
  }

 private:
  [[nodiscard]] double count() const { return static_cast<double>(in.rows * in.height * in.width); }

  /// running := momentum * running + (1 - momentum) * batch * correction
  void move(float* running, const float* batch, double correction) const {
    for (std::int64_t c = 0; c < in.channels; ++c) {
      running[c] = static_cast<float>(options.momentum * static_cast<double>(running[c]) +
                                      (1 - options.momentum) * static_cast<double>(batch[c]) * correction);
    }
  }

  FloatBuffer mean_, variance_, inverse_, factor_, shift_, sum_, sum_centred_, a_, b_, c_;
};

}  // namespace

std::unique_ptr<Step> make_step(const BatchNorm& layer, const StepContext& context) {
  auto step = std::make_unique<BatchNormStep>();
  step->options = layer;
  step->batch_statistics = context.training_statistics();
  step->statistics = context.weights;
  step->weights = context.source();
  step->weight = context.parameter("weight");
  step->bias = context.parameter("bias");
  step->running_mean = context.parameter("running_mean");
  step->running_var = context.parameter("running_var");
  step->parameters = {step->weight, step->bias};
  step->in = step->out = context.input;
  step->make_room();
  return step;
}

}  // namespace alexnet::cpu
