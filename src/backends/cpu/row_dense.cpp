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
        weights_(onednn::WeightLayout::logical({units, input.channels})) {}

  const Layout& input() const override { return in_; }
  const Layout& output() const override { return out_; }
  const onednn::WeightLayout& weights() const override { return weights_; }
  std::size_t scratch_bytes() const override { return 0; }

  void forward(const float* x, const float* w, const float* bias, float* y, std::byte*) override {
#pragma omp parallel for schedule(static)
    for (std::int64_t unit = 0; unit < out_.channels; unit += kUnits) {
      const std::int64_t count = std::min(kUnits, out_.channels - unit);
      float sums[kMostRows][kUnits];
      for (std::int64_t n = 0; n < in_.rows; ++n) {
        kernels().dots(in_.channels, x + n * in_.channels, w + unit * in_.channels, count, sums[n]);
        for (std::int64_t u = 0; u < count; ++u) {
          const float value = sums[n][u] + (bias != nullptr ? bias[unit + u] : 0);
          y[n * out_.channels + unit + u] = options_.relu && value <= 0 ? 0 : value;
        }
      }
    }
  }

  std::string forward_kernel() const override { return std::string("dots:") + kernels().name; }

 private:
  static constexpr std::int64_t kUnits = 4;

  LinearOptions options_;
  Layout in_, out_;
  onednn::WeightLayout weights_;
};

}  // namespace

bool row_dense_pays(const Layout& input, std::int64_t units, const LinearOptions& o) {
  return onednn::vector_set() == onednn::VectorSet::kAvx2 && input.rows <= kMostRows && !o.training &&
         (!o.stored || *o.stored == onednn::WeightLayout::logical({units, input.channels}));
}

std::unique_ptr<Linear> make_row_dense(const Layout& input, std::int64_t units, const LinearOptions& options) {
  return std::make_unique<RowDense>(input, units, options);
}

}  // namespace alexnet::cpu
