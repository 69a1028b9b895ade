#include "integer_dense.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include <omp.h>

#include "alexnet/runtime/quantization.h"

#include "kernels/kernels.h"
#include "memory.h"

namespace alexnet::cpu {
namespace {

constexpr std::int64_t kBlock = 8;               // units whose sums are made into outputs at once
constexpr std::int64_t kApart = 32;              // numbers between rows that would else share lines of a cache
constexpr std::int64_t kMostProducts = 1 << 16;  // of one sum: so many of 255 * 127 fit 32 bits

std::int64_t in_whole_vectors(std::int64_t numbers) {
  const std::int64_t vector = 2 * kernels().register_floats;
  return (numbers + vector - 1) / vector * vector;
}

class IntegerDense final : public Linear {
 public:
  IntegerDense(const Layout& input, std::int64_t units, const LinearOptions& options)
      : options_(options),
        steps_(input_steps(options.input_range)),
        in_(Layout::plain_rows(input.rows, input.channels)),
        out_(Layout::plain_rows(input.rows, units)),
        logical_(onednn::WeightLayout::logical({units, input.channels})),
        stored_(options.stored.value_or(logical_)),
        length_(in_whole_vectors(input.channels)),
        pitch_(length_ + kApart),
        threads_(omp_get_max_threads()),
        form_(options.source.derived("integers", options.weight, static_cast<std::size_t>(units * (length_ / 4 + 1)))) {
  }

  const Layout& input() const override { return in_; }
  const Layout& output() const override { return out_; }
  const onednn::WeightLayout& weights() const override { return stored_; }
  std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(in_.rows * pitch_) * sizeof(std::int16_t) +
           static_cast<std::size_t>(threads_ * in_.rows * kBlock) * sizeof(float);
  }
  void weights_changed() override { stale_ = true; }

  void forward(const float* x, const float* w, const float* bias, float* y, std::byte* scratch) override {
    renew(w);
    auto* numbers = reinterpret_cast<std::int16_t*>(scratch);
    auto* sums = reinterpret_cast<float*>(numbers + in_.rows * pitch_);
    const Rounding rounding{steps_.inverse, steps_.lowest, steps_.highest};
#pragma omp parallel
    {
#pragma omp for schedule(static)
      for (std::int64_t n = 0; n < in_.rows; ++n) {
        kernels().quantize_wide(x + n * in_.channels, rounding, numbers + n * pitch_, in_.channels);
        std::fill(numbers + n * pitch_ + in_.channels, numbers + n * pitch_ + length_, std::int16_t{0});
      }
#pragma omp for schedule(static)
      for (std::int64_t first = 0; first < out_.channels; first += kBlock) {
        make_units(first, std::min(kBlock, out_.channels - first), numbers,
                   sums + omp_get_thread_num() * in_.rows * kBlock, bias, y);
      }
    }
  }

  std::string forward_kernel() const override { return std::string("integers:") + kernels().name; }

 private:
  [[nodiscard]] const float* unit_steps() const { return form_->data(); }
  [[nodiscard]] const std::int8_t* integers_of(std::int64_t unit) const {
    return reinterpret_cast<const std::int8_t*>(form_->data() + out_.channels) + unit * length_;
  }

  void renew(const float* w) {
    if (!stale_) {
      return;
    }
    form_->renew(options_.source.version(), [&](float* form) {
      std::vector<float> values(logical_.floats());
      onednn::reorder(stored_, w, logical_, values.data());
      const std::vector<float> steps = weight_steps(values, out_.channels);
      const std::vector<std::int8_t> integers = weight_integers(values, steps);
      std::memset(form, 0, form_->floats() * sizeof(float));
      std::copy(steps.begin(), steps.end(), form);
      auto* to = reinterpret_cast<std::int8_t*>(form + out_.channels);
      for (std::int64_t unit = 0; unit < out_.channels; ++unit) {
        std::copy_n(integers.data() + unit * in_.channels, in_.channels, to + unit * length_);
      }
    });
    stale_ = false;
  }

  void make_units(std::int64_t first, std::int64_t units, const std::int16_t* numbers, float* sums, const float* bias,
                  float* y) const {
    for (std::int64_t at = 0; at < length_; at += kMostProducts) {
      const IntegerProduct product{in_.rows, units, std::min(kMostProducts, length_ - at), pitch_, length_,
                                   kBlock,   at > 0};
      kernels().integer_product(product, numbers + at, integers_of(first) + at, sums);
    }
    for (std::int64_t n = 0; n < in_.rows; ++n) {
      for (std::int64_t u = 0; u < units; ++u) {
        const float value =
            sums[n * kBlock + u] * (steps_.step * unit_steps()[first + u]) + (bias != nullptr ? bias[first + u] : 0);
        y[n * out_.channels + first + u] = options_.relu && value <= 0 ? 0 : value;
      }
    }
  }

  LinearOptions options_;
  InputSteps steps_;
  Layout in_, out_;
  onednn::WeightLayout logical_;
  onednn::WeightLayout stored_;  ///< that of the master copy, which an earlier Program may have chosen
  std::int64_t length_;          ///< of a unit's integers, with zeros up to a whole vector
  std::int64_t pitch_;           ///< from one photo's numbers to the next one's
  std::int64_t threads_;
  std::shared_ptr<DerivedForm> form_;  ///< steps of the units, then their integers
  bool stale_ = true;
};

}  // namespace

bool integer_dense_pays(const Layout& input) {
  constexpr std::int64_t kFewRows = 2;
  return !onednn::has_int8() || input.rows <= kFewRows;
}

std::unique_ptr<Linear> make_integer_dense(const Layout& input, std::int64_t units, const LinearOptions& options) {
  return std::make_unique<IntegerDense>(input, units, options);
}

}  // namespace alexnet::cpu
