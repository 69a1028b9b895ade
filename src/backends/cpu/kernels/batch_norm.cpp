#include "isa.h"

namespace alexnet::cpu::ALEXNET_ISA {
namespace {

/// partial[n][channel] = sum over the photo's pixels of f(offset of a lane, channel), in double; then the sums over
/// photos, in their order, divided by `divisor`. So threads never change a result.
template <class F>
void channel_sums(const Layout& l, float* result, double divisor, float* scratch, F f) {
  const std::int64_t padded = l.blocks() * l.lanes;
  auto* partial = reinterpret_cast<double*>(scratch);
  for_lanes(l.lanes, [&](auto lanes, std::int64_t lane) {
#pragma omp parallel for collapse(2)
    for (std::int64_t n = 0; n < l.rows; ++n) {
      for (std::int64_t b = 0; b < l.blocks(); ++b) {
        double sum[kMostLanes] = {};
        const std::int64_t channel = b * l.lanes + lane;
        for (std::int64_t h = 0; h < l.height; ++h) {
          for (std::int64_t w = 0; w < l.width; ++w) {
            const std::int64_t at =
                n * l.image_stride + b * l.block_stride + h * l.row_stride + w * l.pixel_stride + lane;
#pragma omp simd
            for (std::int64_t i = 0; i < lanes; ++i) {
              sum[i] += static_cast<double>(f(at + i, channel + i));
            }
          }
        }
        for (std::int64_t i = 0; i < lanes; ++i) {
          partial[n * padded + channel + i] = sum[i];
        }
      }
    }
  });
#pragma omp parallel for
  for (std::int64_t c = 0; c < padded; ++c) {
    double sum = 0;
    for (std::int64_t n = 0; n < l.rows; ++n) {
      sum += partial[n * padded + c];
    }
    result[c] = static_cast<float>(sum / divisor);
  }
}

void batch_moments(const Layout& l, const float* x, float* mean, float* variance, float* scratch) {
  const auto count = static_cast<double>(l.rows * l.height * l.width);
  channel_sums(l, mean, count, scratch, [&](std::int64_t at, std::int64_t) { return x[at]; });
  channel_sums(l, variance, count, scratch, [&](std::int64_t at, std::int64_t c) {
    const float centred = x[at] - mean[c];
    return centred * centred;
  });
}

void batch_norm_sums(const Layout& l, const float* x, const float* dy, const float* mean, float* sum,
                     float* sum_centred, float* scratch) {
  channel_sums(l, sum, 1, scratch, [&](std::int64_t at, std::int64_t) { return dy[at]; });
  channel_sums(l, sum_centred, 1, scratch, [&](std::int64_t at, std::int64_t c) { return dy[at] * (x[at] - mean[c]); });
}

/// y[at] = f(offset of a lane, channel) for every element.
template <class F>
void for_elements(const Layout& l, float* y, F f) {
  for_lanes(l.lanes, [&](auto lanes, std::int64_t lane) {
#pragma omp parallel for collapse(2)
    for (std::int64_t n = 0; n < l.rows; ++n) {
      for (std::int64_t b = 0; b < l.blocks(); ++b) {
        const std::int64_t channel = b * l.lanes + lane;
        for (std::int64_t h = 0; h < l.height; ++h) {
          for (std::int64_t w = 0; w < l.width; ++w) {
            const std::int64_t at =
                n * l.image_stride + b * l.block_stride + h * l.row_stride + w * l.pixel_stride + lane;
#pragma omp simd
            for (std::int64_t i = 0; i < lanes; ++i) {
              y[at + i] = f(at + i, channel + i);
            }
          }
        }
      }
    }
  });
}

void batch_norm(const Layout& l, const float* x, const float* mean, const float* factor, const float* shift, float* y) {
  for_elements(l, y, [&](std::int64_t at, std::int64_t c) { return (x[at] - mean[c]) * factor[c] + shift[c]; });
}

void batch_norm_backward(const Layout& l, const float* x, const float* dy, const float* mean, const float* a,
                         const float* b, const float* c, float* dx) {
  for_elements(l, dx,
               [&](std::int64_t at, std::int64_t ch) { return a[ch] * dy[at] + b[ch] * (x[at] - mean[ch]) + c[ch]; });
}

}  // namespace

void fill_batch_norm(Kernels& table) {
  table.batch_moments = batch_moments;
  table.batch_norm = batch_norm;
  table.batch_norm_sums = batch_norm_sums;
  table.batch_norm_backward = batch_norm_backward;
}

}  // namespace alexnet::cpu::ALEXNET_ISA
