#include "isa.h"

namespace alexnet::cpu::ALEXNET_ISA {
namespace {

/// Rows (or columns) first..last of the output whose window holds the input's row `at`.
struct Span {
  std::int64_t first, last;
};
inline Span windows_over(std::int64_t at, int window, int stride, std::int64_t outputs) {
  const std::int64_t beyond = at - window;  // the last start that does not reach `at`
  return {beyond < 0 ? 0 : beyond / stride + 1, smaller(at / stride, outputs - 1)};
}
/// The span of at + 1 from that of `at`, without divisions.
inline Span next_windows(Span s, std::int64_t at, int window, int stride, std::int64_t outputs) {
  s.first += s.first * stride + window <= at + 1 ? 1 : 0;
  s.last += (s.last + 1) * stride <= at + 1 && s.last + 1 < outputs ? 1 : 0;
  return s;
}

template <class Lanes>
void max_pool_lanes(Lanes lanes, std::int64_t lane, const Layout& x, const Layout& y, const PoolGeometry& g,
                    const float* in, float* out, std::uint8_t* index) {
#pragma omp parallel for collapse(3)
  for (std::int64_t n = 0; n < y.rows; ++n) {
    for (std::int64_t b = 0; b < y.blocks(); ++b) {
      for (std::int64_t oy = 0; oy < y.height; ++oy) {
        const float* plane = in + n * x.image_stride + b * x.block_stride + lane;
        for (std::int64_t ox = 0; ox < y.width; ++ox) {
          const std::int64_t top = oy * g.stride - g.top;
          const std::int64_t left = ox * g.stride - g.left;
          float best[kMostLanes];
          std::int32_t place[kMostLanes];
          for (std::int64_t l = 0; l < lanes; ++l) {
            best[l] = -__builtin_inff();
            place[l] = 0;
          }
          for (std::int64_t iy = larger(top, 0); iy < smaller(top + g.window, x.height); ++iy) {
            for (std::int64_t ix = larger(left, 0); ix < smaller(left + g.window, x.width); ++ix) {
              const float* p = plane + iy * x.row_stride + ix * x.pixel_stride;
              const auto k = static_cast<std::int32_t>((iy - top) * g.window + ix - left);
#pragma omp simd
              for (std::int64_t l = 0; l < lanes; ++l) {
                const bool more = !(p[l] <= best[l]);  // the first maximum stays; NaN is taken
                best[l] = more ? p[l] : best[l];
                place[l] = more ? k : place[l];
              }
            }
          }
          const std::int64_t at =
              n * y.image_stride + b * y.block_stride + oy * y.row_stride + ox * y.pixel_stride + lane;
          for (std::int64_t l = 0; l < lanes; ++l) {
            out[at + l] = best[l];
          }
          if (index != nullptr) {
            for (std::int64_t l = 0; l < lanes; ++l) {
              index[at + l] = static_cast<std::uint8_t>(place[l]);
            }
          }
        }
      }
    }
  }
}

void max_pool(const Layout& x, const Layout& y, const PoolGeometry& g, const float* in, float* out,
              std::uint8_t* index) {
  for_lanes(x.lanes, [&](auto lanes, std::int64_t lane) { max_pool_lanes(lanes, lane, x, y, g, in, out, index); });
}

/// sum += dy of one window for the input pixels that hold its maximum: `lanes` channels at `at` of the output, `from`
/// of the input; k is the pixel's place in the window.
template <class Lanes>
inline void add_if_maximum(Lanes lanes, const MaxPoolChoice& choice, std::uint8_t k, std::int64_t at, std::int64_t from,
                           const float* dy, float* sum) {
  const std::uint8_t* index = choice.index;
  const float* out = choice.output;
  // Each gradient is loaded whether it counts or not: a loop with conditional loads would not be vectorised.
  if (index == nullptr) {
    const float* in = choice.input;
    const float least = choice.relu ? 0 : -__builtin_inff();
#pragma omp simd
    for (std::int64_t l = 0; l < lanes; ++l) {
      const float gradient = dy[at + l];
      const float maximum = out[at + l];
      const bool takes = (in[from + l] == maximum) & (maximum > least);
      sum[l] += takes ? gradient : 0.0F;
    }
  } else if (choice.relu) {
#pragma omp simd
    for (std::int64_t l = 0; l < lanes; ++l) {
      const float gradient = out[at + l] > 0 ? dy[at + l] : 0.0F;
      sum[l] += index[at + l] == k ? gradient : 0.0F;
    }
  } else {
#pragma omp simd
    for (std::int64_t l = 0; l < lanes; ++l) {
      const float gradient = dy[at + l];
      sum[l] += index[at + l] == k ? gradient : 0.0F;
    }
  }
}

/// Each input pixel gathers from the windows over it: every dx is written once, by one thread.
template <class Lanes>
void max_pool_backward_lanes(Lanes lanes, std::int64_t lane, const Layout& x, const Layout& y, const PoolGeometry& g,
                             const MaxPoolChoice& choice, const float* dy, float* dx) {
#pragma omp parallel for collapse(3)
  for (std::int64_t n = 0; n < x.rows; ++n) {
    for (std::int64_t b = 0; b < x.blocks(); ++b) {
      for (std::int64_t iy = 0; iy < x.height; ++iy) {
        const Span oys = windows_over(iy + g.top, g.window, g.stride, y.height);
        const std::int64_t base = n * y.image_stride + b * y.block_stride + lane;
        Span oxs = windows_over(g.left, g.window, g.stride, y.width);
        for (std::int64_t ix = 0; ix < x.width; ++ix) {
          const std::int64_t from =
              n * x.image_stride + b * x.block_stride + iy * x.row_stride + ix * x.pixel_stride + lane;
          float sum[kMostLanes] = {};
          for (std::int64_t oy = oys.first; oy <= oys.last; ++oy) {
            for (std::int64_t ox = oxs.first; ox <= oxs.last; ++ox) {
              const std::int64_t at = base + oy * y.row_stride + ox * y.pixel_stride;
              const auto k =
                  static_cast<std::uint8_t>((iy + g.top - oy * g.stride) * g.window + ix + g.left - ox * g.stride);
              add_if_maximum(lanes, choice, k, at, from, dy, sum);
            }
          }
          for (std::int64_t l = 0; l < lanes; ++l) {
            dx[from + l] = sum[l];
          }
          oxs = next_windows(oxs, ix + g.left, g.window, g.stride, y.width);
        }
      }
    }
  }
}

void max_pool_backward(const Layout& x, const Layout& y, const PoolGeometry& g, const MaxPoolChoice& choice,
                       const float* dy, float* dx) {
  for_lanes(x.lanes,
            [&](auto lanes, std::int64_t lane) { max_pool_backward_lanes(lanes, lane, x, y, g, choice, dy, dx); });
}

/// 1 over the divisor of the window at (oy, ox).
inline float average_factor(const Layout& x, const PoolGeometry& g, float divisor, std::int64_t oy, std::int64_t ox) {
  if (divisor != 0) {
    return 1 / divisor;
  }
  const std::int64_t top = oy * g.stride - g.top;
  const std::int64_t left = ox * g.stride - g.left;
  const std::int64_t rows = smaller(top + g.window, x.height) - larger(top, 0);
  const std::int64_t columns = smaller(left + g.window, x.width) - larger(left, 0);
  return rows > 0 && columns > 0 ? 1 / static_cast<float>(rows * columns) : 0;
}

void avg_pool(const Layout& x, const Layout& y, const PoolGeometry& g, float divisor, const float* in, float* out) {
  for_lanes(x.lanes, [&](auto lanes, std::int64_t lane) {
#pragma omp parallel for collapse(3)
    for (std::int64_t n = 0; n < y.rows; ++n) {
      for (std::int64_t b = 0; b < y.blocks(); ++b) {
        for (std::int64_t oy = 0; oy < y.height; ++oy) {
          const float* plane = in + n * x.image_stride + b * x.block_stride + lane;
          for (std::int64_t ox = 0; ox < y.width; ++ox) {
            const std::int64_t top = oy * g.stride - g.top;
            const std::int64_t left = ox * g.stride - g.left;
            float sum[kMostLanes] = {};
            for (std::int64_t iy = larger(top, 0); iy < smaller(top + g.window, x.height); ++iy) {
              for (std::int64_t ix = larger(left, 0); ix < smaller(left + g.window, x.width); ++ix) {
                const float* p = plane + iy * x.row_stride + ix * x.pixel_stride;
                for (std::int64_t l = 0; l < lanes; ++l) {
                  sum[l] += p[l];
                }
              }
            }
            const float factor = average_factor(x, g, divisor, oy, ox);
            float* to = out + n * y.image_stride + b * y.block_stride + oy * y.row_stride + ox * y.pixel_stride + lane;
            for (std::int64_t l = 0; l < lanes; ++l) {
              to[l] = sum[l] * factor;
            }
          }
        }
      }
    }
  });
}

void avg_pool_backward(const Layout& x, const Layout& y, const PoolGeometry& g, float divisor, const float* dy,
                       float* dx) {
  for_lanes(x.lanes, [&](auto lanes, std::int64_t lane) {
#pragma omp parallel for collapse(3)
    for (std::int64_t n = 0; n < x.rows; ++n) {
      for (std::int64_t b = 0; b < x.blocks(); ++b) {
        for (std::int64_t iy = 0; iy < x.height; ++iy) {
          const Span oys = windows_over(iy + g.top, g.window, g.stride, y.height);
          const float* plane = dy + n * y.image_stride + b * y.block_stride + lane;
          Span oxs = windows_over(g.left, g.window, g.stride, y.width);
          for (std::int64_t ix = 0; ix < x.width; ++ix) {
            float sum[kMostLanes] = {};
            for (std::int64_t oy = oys.first; oy <= oys.last; ++oy) {
              for (std::int64_t ox = oxs.first; ox <= oxs.last; ++ox) {
                const float factor = average_factor(x, g, divisor, oy, ox);
                const float* p = plane + oy * y.row_stride + ox * y.pixel_stride;
                for (std::int64_t l = 0; l < lanes; ++l) {
                  sum[l] += p[l] * factor;
                }
              }
            }
            float* to = dx + n * x.image_stride + b * x.block_stride + iy * x.row_stride + ix * x.pixel_stride + lane;
            for (std::int64_t l = 0; l < lanes; ++l) {
              to[l] = sum[l];
            }
            oxs = next_windows(oxs, ix + g.left, g.window, g.stride, y.width);
          }
        }
      }
    }
  });
}

}  // namespace

void fill_pooling(Kernels& table) {
  table.max_pool = max_pool;
  table.max_pool_backward = max_pool_backward;
  table.avg_pool = avg_pool;
  table.avg_pool_backward = avg_pool_backward;
}

}  // namespace alexnet::cpu::ALEXNET_ISA
