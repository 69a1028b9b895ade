#include "adapted_convolution.h"

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "alexnet/runtime/quantization.h"

#include "kernels/kernels.h"
#include "memory.h"
#include "winograd_convolution.h"

namespace alexnet::cpu {
namespace {

class AdaptedConvolution : public Linear {
 public:
  const Layout& output() const override { return inner_->output(); }
  const onednn::WeightLayout& weights() const override { return stored_; }
  std::size_t scratch_bytes() const override { return input_bytes() + inner_->scratch_bytes(); }
  std::size_t derived_floats() const override { return ordered_.size() + inner_->derived_floats(); }
  void weights_changed() override {
    stale_ = true;
    inner_->weights_changed();
  }

  void forward(const float* x, const float* w, const float* bias, float* y, std::byte* scratch) override {
    if (stale_) {
      form_->renew(options_.source.version(), [&](float* form) {
        if (ordered_.size() > 0) {
          onednn::reorder(stored_, w, logical_, ordered_.data());
          w = ordered_.data();
        }
        adapt_weights({w, logical_.floats()}, form);
      });
      stale_ = false;
    }
    auto* adapted = reinterpret_cast<float*>(scratch);
    adapt_input(x, adapted);
    inner_->forward(adapted, form_->data(), bias, y, scratch + input_bytes());
  }

  std::string forward_kernel() const override { return name_ + " " + inner_->forward_kernel(); }

 protected:
  /// `adapted`: what the inner convolution computes with, in logical order of `shape`; its other members are set here.
  AdaptedConvolution(std::string name, const Shape& weights, const LinearOptions& options, const Shape& shape,
                     LinearOptions adapted, const MakeLinear& make)
      : options_(options),
        name_(std::move(name)),
        logical_(onednn::WeightLayout::logical(weights, options.groups)),
        stored_(options.stored.value_or(logical_)),
        ordered_(stored_ == logical_ ? 0 : logical_.floats()),
        form_(options.source.derived(name_, options.weight,
                                     onednn::WeightLayout::logical(shape, options.groups).floats())) {
    adapted.stored = onednn::WeightLayout::logical(shape, options.groups);
    adapted.source = options.source.made_into(name_);
    inner_ = make(adapted);
  }

  /// To the inner input's order.
  virtual void adapt_input(const float* x, float* to) const = 0;
  /// From logical order to that of the inner weights.
  virtual void adapt_weights(std::span<const float> from, float* to) const = 0;

  LinearOptions options_;
  std::unique_ptr<Linear> inner_;

 private:
  [[nodiscard]] std::size_t input_bytes() const {
    return static_cast<std::size_t>(inner_->input().size()) * sizeof(float);
  }

  std::string name_;
  onednn::WeightLayout logical_;
  onednn::WeightLayout stored_;  ///< that of the master copy, which an earlier Program may have chosen
  FloatBuffer ordered_;          ///< weights in logical order; empty where the two are one
  std::shared_ptr<DerivedForm> form_;
  bool stale_ = true;
};

class RoundedConvolution final : public AdaptedConvolution {
 public:
  RoundedConvolution(const Shape& weights, const LinearOptions& options, const MakeLinear& make)
      : AdaptedConvolution("i8", weights, options, weights, at_f32(options), make),
        filters_(weights[0]),
        steps_(input_steps(options.input_range)) {}

  const Layout& input() const override { return inner_->input(); }

 private:
  [[nodiscard]] static LinearOptions at_f32(LinearOptions options) {
    options.precision = Precision::kF32;
    return options;
  }

  void adapt_input(const float* x, float* to) const override {
    kernels().round_to_steps(x, {steps_.inverse, steps_.lowest, steps_.highest}, steps_.step, to, input().size());
  }

  void adapt_weights(std::span<const float> from, float* to) const override {
    const std::vector<float> steps = weight_steps(from, filters_);
    const std::vector<std::int8_t> integers = weight_integers(from, steps);
    const std::size_t each = integers.size() / steps.size();
    for (std::size_t i = 0; i < integers.size(); ++i) {
      to[i] = static_cast<float>(integers[i]) * steps[i / each];
    }
  }

  std::int64_t filters_;
  InputSteps steps_;
};

/// Channel (row in the fold * stride + column in it) * channels + channel.
class FoldedConvolution final : public AdaptedConvolution {
 public:
  FoldedConvolution(const Layout& input, const Shape& output, const LinearOptions& o)
      : AdaptedConvolution("folded", {output[0], input.channels, o.kernel, o.kernel}, o,
                           {output[0], o.stride * o.stride * input.channels, side(o), side(o)}, options_of(o),
                           [&](const LinearOptions& folded) {
                             return make_winograd_convolution(layout(input, output, o), output, folded);
                           }),
        in_(input) {}

  const Layout& input() const override { return in_; }

  [[nodiscard]] static std::int64_t side(const LinearOptions& o) { return (o.kernel + o.stride - 1) / o.stride; }
  [[nodiscard]] static Layout layout(const Layout& input, const Shape& output, const LinearOptions& o) {
    return Layout::blocked(input.rows, o.stride * o.stride * input.channels, output[1] + side(o) - 1,
                           output[2] + side(o) - 1, kernels().register_floats);
  }
  [[nodiscard]] static LinearOptions options_of(LinearOptions o) {
    o.kernel = static_cast<int>(side(o));
    o.stride = 1;
    o.top = o.left = o.bottom = o.right = 0;
    return o;
  }

 private:
  void adapt_input(const float* x, float* to) const override {
    const Layout& folded = inner_->input();
#pragma omp parallel for collapse(2) schedule(static)
    for (std::int64_t n = 0; n < in_.rows; ++n) {
      for (std::int64_t row = 0; row < folded.height; ++row) {
        for (std::int64_t channel = 0; channel < folded.channels; ++channel) {
          const std::int64_t place = channel / in_.channels;
          fold_row(x + n * in_.image_stride + channel % in_.channels * in_.block_stride,
                   row * options_.stride + place / options_.stride - options_.top,
                   place % options_.stride - options_.left, to + folded.at(n, channel, row, 0));
        }
      }
    }
  }

  /// Every stride-th pixel of a row of a plane, from a column on that may lie outside.
  void fold_row(const float* plane, std::int64_t row, std::int64_t column, float* to) const {
    const bool inside = row >= 0 && row < in_.height;
    const Layout& folded = inner_->input();
    for (std::int64_t i = 0; i < folded.width; ++i, column += options_.stride, to += folded.pixel_stride) {
      *to = inside && column >= 0 && column < in_.width ? plane[row * in_.row_stride + column] : 0;
    }
  }

  void adapt_weights(std::span<const float> from, float* to) const override {
    const std::int64_t stride = options_.stride;
    const std::int64_t kernel = options_.kernel;
    const std::int64_t planes = static_cast<std::int64_t>(from.size()) / (kernel * kernel);  // of filters and channels
    for (std::int64_t filter = 0; filter < planes / in_.channels; ++filter) {
      for (std::int64_t channel = 0; channel < inner_->input().channels; ++channel) {
        const std::int64_t place = channel / in_.channels;
        const float* plane = from.data() + (filter * in_.channels + channel % in_.channels) * kernel * kernel;
        for (std::int64_t row = place / stride; row < side(options_) * stride; row += stride) {
          for (std::int64_t column = place % stride; column < side(options_) * stride; column += stride) {
            *to++ = row < kernel && column < kernel ? plane[row * kernel + column] : 0;
          }
        }
      }
    }
  }

  Layout in_;
};

}  // namespace

std::unique_ptr<Linear> make_rounded_convolution(const Shape& weights, const LinearOptions& options,
                                                 const MakeLinear& make) {
  return std::make_unique<RoundedConvolution>(weights, options, make);
}

bool folded_convolution_pays(const Layout& input, const Shape& output, const LinearOptions& o) {
  // For fewer photos with AVX-512 the library's order, by pixels, serves its direct convolutions behind this one best.
  constexpr std::int64_t kFewRows = 2;
  return (onednn::vector_set() == onednn::VectorSet::kAvx2 || input.rows > kFewRows) &&
         input.order == Layout::Order::kPlanes && input.channels <= 4 && o.groups == 1 && o.stride > 1 &&
         winograd_pays(FoldedConvolution::layout(input, output, o), output, FoldedConvolution::options_of(o));
}

std::unique_ptr<Linear> make_folded_convolution(const Layout& input, const Shape& output,
                                                const LinearOptions& options) {
  return std::make_unique<FoldedConvolution>(input, output, options);
}

}  // namespace alexnet::cpu
