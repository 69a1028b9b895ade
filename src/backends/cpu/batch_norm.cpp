#include <algorithm>
#include <cmath>
#include <vector>

#include "runtime/shared_statistics.h"
#include "step.h"

namespace alexnet::cpu {
namespace {

class BatchNormStep final : public Step {
 public:
  BatchNorm options;
  bool batch_statistics = false;
  Communicator* ranks = nullptr;        ///< that share their statistics; null = this process alone
  CpuParameters* statistics = nullptr;  ///< holds the running averages
  WeightSource weights;
  std::size_t weight = 0, bias = 0, running_mean = 0, running_var = 0;

  /// Per-channel numbers, padded as the layout's channels are; the padding stays 0.
  void make_room() {
    const auto padded = static_cast<std::size_t>(in.blocks() * in.lanes);
    for (auto* buffer : {&mean_, &variance_, &inverse_, &factor_, &shift_, &sum_, &sum_centred_, &shared_sum_,
                         &shared_sum_centred_, &a_, &b_, &c_}) {
      *buffer = FloatBuffer(padded);
    }
  }

  /// One double a photo and channel.
  std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(in.rows * in.blocks() * in.lanes) * sizeof(double);
  }
  bool needs_input() const override { return true; }

  void forward(StepCall& call) override {
    count_ = static_cast<double>(in.rows * in.height * in.width);
    if (batch_statistics) {
      kernels().batch_moments(in, call.input, mean_.data(), variance_.data(), reinterpret_cast<float*>(call.scratch));
      share_moments();
    } else {
      std::copy_n(statistics->values(running_mean), in.channels, mean_.data());
      std::copy_n(statistics->values(running_var), in.channels, variance_.data());
    }
    const float* gamma = weights.values(weight);
    const float* beta = weights.values(bias);
    for (std::int64_t c = 0; c < in.channels; ++c) {
      inverse_.data()[c] = 1 / std::sqrt(variance_.data()[c] + static_cast<float>(options.epsilon));
      factor_.data()[c] = gamma[c] * inverse_.data()[c];
      shift_.data()[c] = beta[c];
    }
    kernels().batch_norm(in, call.input, mean_.data(), factor_.data(), shift_.data(), call.output);
    move_averages(call.update_statistics);
  }

  void forward_without_rows(bool update_statistics) override {
    if (ranks != nullptr) {
      count_ = 0;
      share_moments();
      move_averages(update_statistics);
    }
  }

  // dbias = sum g, dweight = inverse * sum g (x - mean)
  void prepare_backward(StepCall& call) override {
    kernels().batch_norm_sums(in, call.input, call.output_gradient, mean_.data(), sum_.data(), sum_centred_.data(),
                              reinterpret_cast<float*>(call.scratch));
    share_sums();
  }

  void backward_without_rows() override {
    std::fill_n(sum_.data(), in.channels, 0.0F);
    std::fill_n(sum_centred_.data(), in.channels, 0.0F);
    share_sums();
  }

  // Batch statistics: dx = factor (g - sum g / n - (x - mean) inverse^2 sum(g (x - mean)) / n); else dx = factor g.
  void backward_data(StepCall& call) override {
    const auto n = static_cast<float>(count_);
    const float* sum = ranks != nullptr ? shared_sum_.data() : sum_.data();
    const float* sum_centred = ranks != nullptr ? shared_sum_centred_.data() : sum_centred_.data();
    for (std::int64_t c = 0; c < in.channels; ++c) {
      const float factor = factor_.data()[c];
      const float inverse = inverse_.data()[c];
      a_.data()[c] = factor;
      b_.data()[c] = batch_statistics ? -factor * inverse * inverse * sum_centred[c] / n : 0;
      c_.data()[c] = batch_statistics ? -factor * sum[c] / n : 0;
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
  /// mean_, variance_ and count_ of this rank become those of all ranks.
  void share_moments() {
    if (ranks == nullptr) {
      return;
    }
    std::vector<double> mean(mean_.data(), mean_.data() + in.channels);
    std::vector<double> variance(variance_.data(), variance_.data() + in.channels);
    count_ = merge_moments(*ranks, count_, mean, variance);
    std::ranges::transform(mean, mean_.data(), [](double value) { return static_cast<float>(value); });
    std::ranges::transform(variance, variance_.data(), [](double value) { return static_cast<float>(value); });
  }

  /// The gradients of a rank's own parameters need its own sums, that of its input those of all ranks.
  void share_sums() {
    if (ranks == nullptr) {
      return;
    }
    std::vector<double> sums(sum_.data(), sum_.data() + in.channels);
    sums.insert(sums.end(), sum_centred_.data(), sum_centred_.data() + in.channels);
    ranks->all_reduce(std::span(sums));
    const auto middle = sums.begin() + in.channels;
    std::transform(sums.begin(), middle, shared_sum_.data(), [](double value) { return static_cast<float>(value); });
    std::transform(middle, sums.end(), shared_sum_centred_.data(),
                   [](double value) { return static_cast<float>(value); });
  }

  void move_averages(bool wanted) {
    if (wanted && batch_statistics && count_ > 0) {
      move(statistics->values(running_mean), mean_.data(), 1);
      move(statistics->values(running_var), variance_.data(),
           options.unbiased_running_variance && count_ > 1 ? count_ / (count_ - 1) : 1);
    }
  }

  /// running := momentum * running + (1 - momentum) * batch * correction
  void move(float* running, const float* batch, double correction) const {
    for (std::int64_t c = 0; c < in.channels; ++c) {
      running[c] = static_cast<float>(options.momentum * static_cast<double>(running[c]) +
                                      (1 - options.momentum) * static_cast<double>(batch[c]) * correction);
    }
  }

  double count_ = 0;  // values that the statistics were taken over
  FloatBuffer mean_, variance_, inverse_, factor_, shift_, sum_, sum_centred_, shared_sum_, shared_sum_centred_, a_, b_,
      c_;
};

}  // namespace

std::unique_ptr<Step> make_step(const BatchNorm& layer, const StepContext& context) {
  auto step = std::make_unique<BatchNormStep>();
  step->options = layer;
  step->batch_statistics = context.training_statistics();
  step->ranks = context.sharing_ranks();
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
