#include "row_dense.h"

#include <algorithm>

#include <omp.h>

#include "kernels/kernels.h"

namespace alexnet::cpu {
namespace {

constexpr std::int64_t kMostRows = 2;

class RowDense final : public Linear {
 public:
  RowDense(const Layout& input, std::int64_t units, const LinearOptions& options)
      : options_(options),
        in_(Layout::plain_rows(input.rows, input.channels)),
        out_(Layout::plain_rows(input.rows, units)),
        weights_(onednn::WeightLayout::logical({units, input.channels})),
        halves_(options.precision == Precision::kBF16
                    ? options.source.derived("bf16", options.weight, (weights_.floats() + 1) / 2)
                    : nullptr) {}

  const Layout& input() const override { return in_; }
  const Layout& output() const override { return out_; }
  const onednn::WeightLayout& weights() const override { return weights_; }
  std::size_t scratch_bytes() const override {
    return halves_ ? static_cast<std::size_t>(in_.size()) * sizeof(float) : 0;
  }
  void weights_changed() override { stale_ = true; }

  void forward(const float* x, const float* w, const float* bias, float* y, std::byte* scratch) override {
    if (!halves_) {
      return sum_rows(kernels().dots, x, w, bias, y);
    }
    if (stale_) {
      halves_->renew(options_.source.version(), [&](float* form) {
        kernels().to_bf16(w, reinterpret_cast<std::uint16_t*>(form), static_cast<std::int64_t>(weights_.floats()));
      });
      stale_ = false;
    }
    auto* rounded = reinterpret_cast<float*>(scratch);
    kernels().round_to_bf16(x, rounded, in_.size());
    sum_rows(kernels().dots_bf16, rounded, reinterpret_cast<const std::uint16_t*>(halves_->data()), bias, y);
  }

  std::string forward_kernel() const override { return std::string(halves_ ? "bf16 dots:" : "dots:") + kernels().name; }

 private:
  static constexpr std::int64_t kUnits = 4;

  template <class Dots, class Weight>
  void sum_rows(Dots dots, const float* x, const Weight* w, const float* bias, float* y) const {
#pragma omp parallel for schedule(static)
    for (std::int64_t unit = 0; unit < out_.channels; unit += kUnits) {
      const std::int64_t count = std::min(kUnits, out_.channels - unit);
      float sums[kMostRows][kUnits];
      for (std::int64_t n = 0; n < in_.rows; ++n) {
        dots(in_.channels, x + n * in_.channels, w + unit * in_.channels, count, sums[n]);
        for (std::int64_t u = 0; u < count; ++u) {
          const float value = sums[n][u] + (bias != nullptr ? bias[unit + u] : 0);
          y[n * out_.channels + unit + u] = options_.relu && value <= 0 ? 0 : value;
        }
      }
    }
  }

  LinearOptions options_;
  Layout in_, out_;
  onednn::WeightLayout weights_;
  std::shared_ptr<DerivedForm> halves_;  ///< the weights at bf16; null at f32
  bool stale_ = true;
};

}  // namespace

bool row_dense_pays(const Layout& input, std::int64_t units, const LinearOptions& o) {
  return onednn::vector_set() != onednn::VectorSet::kBaseline && input.rows <= kMostRows && !o.training &&
         (!o.stored || *o.stored == onednn::WeightLayout::logical({units, input.channels}));
}

std::unique_ptr<Linear> make_row_dense(const Layout& input, std::int64_t units, const LinearOptions& options) {
  return std::make_unique<RowDense>(input, units, options);
}

}  // namespace alexnet::cpu
