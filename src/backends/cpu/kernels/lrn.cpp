#include <math.h>
#include <omp.h>

#include "isa.h"

// d_i = k + c * sum_{j in W(i)} x_j^2      y_i = x_i * d_i^(-beta)
// dx_i = g_i * d_i^(-beta) - 2 beta c x_i * sum_{j : i in W(j)} g_j x_j d_j^(-beta-1)

namespace alexnet::cpu::ALEXNET_ISA {
namespace {

/// d^(-beta); beta 0.75 without a call of powf.
template <bool ThreeQuarters>
inline float power(float d, float beta) {
  if constexpr (ThreeQuarters) {
    const float r = 1 / __builtin_sqrtf(d);
    return r * __builtin_sqrtf(r);
  } else {
    return ::powf(d, -beta);
  }
}

/// One pixel's channels in a line: groups of C/groups, with size/2 zeros on either side of each.
struct Line {
  std::int64_t channels, group, margin, pitch;
  Line(const Layout& l, const LrnGeometry& g)
      : channels(l.channels), group(l.channels / g.groups), margin(g.size / 2), pitch(group + 2 * margin) {}
  [[nodiscard]] std::int64_t floats() const { return channels / group * pitch; }
};

/// target[i] = sum of `size` neighbours from source[i - size/2]; Size 0 = any size.
template <int Size>
inline void window_sums(const float* source, float* target, std::int64_t n, int size) {
  if constexpr (Size > 0) {
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) {
      float sum = 0;
      for (int j = 0; j < Size; ++j) {
        sum += source[i - Size / 2 + j];
      }
      target[i] = sum;
    }
  } else {
    for (std::int64_t i = 0; i < n; ++i) {
      target[i] = 0;
    }
    for (int j = 0; j < size; ++j) {
      const float* from = source + j - size / 2;
#pragma omp simd
      for (std::int64_t i = 0; i < n; ++i) {
        target[i] += from[i];
      }
    }
  }
}

/// Calls f(channel, offset from the pixel, count) for each run of channels that lie side by side; a whole vector of
/// them has a count that the compiler knows.
template <class F>
inline void for_runs(const Layout& l, F f) {
  for (std::int64_t b = 0; b < l.blocks(); ++b) {
    const std::int64_t channel = b * l.lanes;
    const std::int64_t count = smaller(l.lanes, l.channels - channel);
    if (count == 8) {
      f(channel, b * l.block_stride, Count<8>{});
    } else if (count == 16) {
      f(channel, b * l.block_stride, Count<16>{});
    } else {
      f(channel, b * l.block_stride, AnyLanes{count});
    }
  }
}

/// What a pixel has in scratch.
struct PixelScratch {
  float* values;  ///< by channel
  float* padded;  ///< a Line
  float* sums;    ///< by channel
  PixelScratch(const Line& line, float* own, std::int64_t pixel)
      : values(own + pixel * (2 * line.channels + 16 + line.floats())),
        padded(values + line.channels + 16),
        sums(padded + line.floats()) {}
};

/// Calls f(for_each) for pixels of a row that are done together, each step for all of them before the next: what the
/// sums of a window read was then written so long ago that it has left the stores under way, in which a load that spans
/// two of them finds nothing. for_each(step) calls step(offset of the pixel, its scratch).
template <class F>
inline void for_pixels(const Layout& l, const Line& line, float* scratch, std::int64_t scratch_floats, F f) {
#pragma omp parallel for collapse(2)
  for (std::int64_t n = 0; n < l.rows; ++n) {
    for (std::int64_t h = 0; h < l.height; ++h) {
      float* own = scratch + omp_get_thread_num() * scratch_floats;
      for (std::int64_t w = 0; w < l.width; w += kLrnPixels) {
        f([&](auto step) {
          for (std::int64_t p = 0; p < smaller(kLrnPixels, l.width - w); ++p) {
            step(n * l.image_stride + h * l.row_stride + (w + p) * l.pixel_stride, PixelScratch(line, own, p));
          }
        });
      }
    }
  }
}

/// Values of one pixel, and their squares in the line, between zeros.
inline void start_pixel(const Layout& l, const Line& line, const float* x, const PixelScratch& own) {
#pragma omp simd
  for (std::int64_t i = 0; i < line.floats(); ++i) {
    own.padded[i] = 0;
  }
  for_runs(l, [&](std::int64_t c, std::int64_t at, auto count) {
#pragma omp simd
    for (std::int64_t i = 0; i < count; ++i) {
      own.values[c + i] = x[at + i];
    }
  });
  for (std::int64_t first = 0, padded = line.margin; first < line.channels; first += line.group, padded += line.pitch) {
#pragma omp simd
    for (std::int64_t i = 0; i < line.group; ++i) {
      own.padded[padded + i] = own.values[first + i] * own.values[first + i];
    }
  }
}

template <int Size>
inline void sum_windows(const Line& line, int size, const PixelScratch& own) {
  for (std::int64_t first = 0, padded = line.margin; first < line.channels; first += line.group, padded += line.pitch) {
    window_sums<Size>(own.padded + padded, own.sums + first, line.group, size);
  }
}

template <int Size, bool ThreeQuarters>
void across(const Layout& l, const LrnGeometry& g, const float* x, float* y, float* scratch) {
  const Line line(l, g);
  for_pixels(l, line, scratch, lrn_scratch_floats(l, g), [&](auto for_each) {
    for_each([&](std::int64_t at, const PixelScratch& pixel) { start_pixel(l, line, x + at, pixel); });
    for_each([&](std::int64_t, const PixelScratch& pixel) { sum_windows<Size>(line, g.size, pixel); });
    for_each([&](std::int64_t pixel_at, const PixelScratch& pixel) {
#pragma omp simd
      for (std::int64_t c = 0; c < line.channels; ++c) {
        pixel.values[c] *= power<ThreeQuarters>(g.k + g.coefficient * pixel.sums[c], g.beta);
      }
      for_runs(l, [&](std::int64_t c, std::int64_t at, auto count) {
#pragma omp simd
        for (std::int64_t i = 0; i < count; ++i) {
          y[pixel_at + at + i] = pixel.values[c + i];
        }
      });
    });
  });
}

/// d^(-beta) times the gradient goes to dx, and t = g x d^(-beta-1) to the line.
template <bool ThreeQuarters>
inline void turn_pixel(const Layout& l, const LrnGeometry& g, const Line& line, const float* dy, float* dx,
                       const PixelScratch& own) {
  for_runs(l, [&](std::int64_t c, std::int64_t at, auto count) {
#pragma omp simd
    for (std::int64_t i = 0; i < count; ++i) {
      const float d = g.k + g.coefficient * own.sums[c + i];
      const float scaled = dy[at + i] * power<ThreeQuarters>(d, g.beta);
      dx[at + i] = scaled;
      own.sums[c + i] = scaled * own.values[c + i] / d;
    }
  });
  for (std::int64_t first = 0, padded = line.margin; first < line.channels; first += line.group, padded += line.pitch) {
#pragma omp simd
    for (std::int64_t i = 0; i < line.group; ++i) {
      own.padded[padded + i] = own.sums[first + i];
    }
  }
}

template <int Size, bool ThreeQuarters>
void across_backward(const Layout& l, const LrnGeometry& g, const float* x, const float* dy, float* dx,
                     float* scratch) {
  const Line line(l, g);
  const float factor = 2 * g.beta * g.coefficient;
  for_pixels(l, line, scratch, lrn_scratch_floats(l, g), [&](auto for_each) {
    for_each([&](std::int64_t at, const PixelScratch& pixel) { start_pixel(l, line, x + at, pixel); });
    for_each([&](std::int64_t, const PixelScratch& pixel) { sum_windows<Size>(line, g.size, pixel); });
    for_each([&](std::int64_t at, const PixelScratch& pixel) {
      turn_pixel<ThreeQuarters>(l, g, line, dy + at, dx + at, pixel);
    });
    for_each([&](std::int64_t, const PixelScratch& pixel) { sum_windows<Size>(line, g.size, pixel); });
    for_each([&](std::int64_t pixel_at, const PixelScratch& pixel) {
      for_runs(l, [&](std::int64_t c, std::int64_t at, auto count) {
#pragma omp simd
        for (std::int64_t i = 0; i < count; ++i) {
          dx[pixel_at + at + i] -= factor * pixel.values[c + i] * pixel.sums[c + i];
        }
      });
    });
  });
}

void lrn_across(const Layout& l, const LrnGeometry& g, const float* x, float* y, float* scratch) {
  const bool three_quarters = g.beta == 0.75F;
  if (g.size == 5 && three_quarters) {
    across<5, true>(l, g, x, y, scratch);
  } else if (three_quarters) {
    across<0, true>(l, g, x, y, scratch);
  } else {
    across<0, false>(l, g, x, y, scratch);
  }
}

void lrn_across_backward(const Layout& l, const LrnGeometry& g, const float* x, const float* dy, float* dx,
                         float* scratch) {
  const bool three_quarters = g.beta == 0.75F;
  if (g.size == 5 && three_quarters) {
    across_backward<5, true>(l, g, x, dy, dx, scratch);
  } else if (three_quarters) {
    across_backward<0, true>(l, g, x, dy, dx, scratch);
  } else {
    across_backward<0, false>(l, g, x, dy, dx, scratch);
  }
}

/// Sum over the square around (h, w), clipped to the map, of f(offset of a pixel, pixel's number).
template <class F>
inline void over_square(const Layout& l, int size, std::int64_t h, std::int64_t w, F f) {
  for (std::int64_t i = larger(0, h - size / 2); i <= smaller(l.height - 1, h + size / 2); ++i) {
    for (std::int64_t j = larger(0, w - size / 2); j <= smaller(l.width - 1, w + size / 2); ++j) {
      f(i * l.row_stride + j * l.pixel_stride, i * l.width + j);
    }
  }
}

template <bool ThreeQuarters>
void within(const Layout& l, const LrnGeometry& g, const float* x, float* y) {
  for_lanes(l.lanes, [&](auto lanes, std::int64_t lane) {
#pragma omp parallel for collapse(3)
    for (std::int64_t n = 0; n < l.rows; ++n) {
      for (std::int64_t b = 0; b < l.blocks(); ++b) {
        for (std::int64_t h = 0; h < l.height; ++h) {
          const std::int64_t map = n * l.image_stride + b * l.block_stride + lane;
          for (std::int64_t w = 0; w < l.width; ++w) {
            float sum[kMostLanes] = {};
            over_square(l, g.size, h, w, [&](std::int64_t at, std::int64_t) {
#pragma omp simd
              for (std::int64_t i = 0; i < lanes; ++i) {
                sum[i] += x[map + at + i] * x[map + at + i];
              }
            });
            const std::int64_t here = map + h * l.row_stride + w * l.pixel_stride;
#pragma omp simd
            for (std::int64_t i = 0; i < lanes; ++i) {
              y[here + i] = x[here + i] * power<ThreeQuarters>(g.k + g.coefficient * sum[i], g.beta);
            }
          }
        }
      }
    }
  });
}

template <bool ThreeQuarters>
void within_backward(const Layout& l, const LrnGeometry& g, const float* x, const float* dy, float* dx,
                     float* scratch) {
  const std::int64_t floats = lrn_scratch_floats(l, g);
  const float factor = 2 * g.beta * g.coefficient;
  for_lanes(l.lanes, [&](auto lanes, std::int64_t lane) {
#pragma omp parallel for collapse(2)
    for (std::int64_t n = 0; n < l.rows; ++n) {
      for (std::int64_t b = 0; b < l.blocks(); ++b) {
        float* scaled = scratch + omp_get_thread_num() * floats;  // g d^(-beta), a map of it
        float* terms = scaled + l.height * l.width * kMostLanes;  // g x d^(-beta-1)
        const std::int64_t map = n * l.image_stride + b * l.block_stride + lane;
        for (std::int64_t h = 0; h < l.height; ++h) {
          for (std::int64_t w = 0; w < l.width; ++w) {
            float sum[kMostLanes] = {};
            over_square(l, g.size, h, w, [&](std::int64_t at, std::int64_t) {
#pragma omp simd
              for (std::int64_t i = 0; i < lanes; ++i) {
                sum[i] += x[map + at + i] * x[map + at + i];
              }
            });
            const std::int64_t here = map + h * l.row_stride + w * l.pixel_stride;
            const std::int64_t pixel = (h * l.width + w) * kMostLanes;
#pragma omp simd
            for (std::int64_t i = 0; i < lanes; ++i) {
              const float d = g.k + g.coefficient * sum[i];
              const float s = dy[here + i] * power<ThreeQuarters>(d, g.beta);
              scaled[pixel + i] = s;
              terms[pixel + i] = s * x[here + i] / d;
            }
          }
        }
        for (std::int64_t h = 0; h < l.height; ++h) {
          for (std::int64_t w = 0; w < l.width; ++w) {
            float sum[kMostLanes] = {};
            over_square(l, g.size, h, w, [&](std::int64_t, std::int64_t number) {
#pragma omp simd
              for (std::int64_t i = 0; i < lanes; ++i) {
                sum[i] += terms[number * kMostLanes + i];
              }
            });
            const std::int64_t here = map + h * l.row_stride + w * l.pixel_stride;
            const float* own = scaled + (h * l.width + w) * kMostLanes;
#pragma omp simd
            for (std::int64_t i = 0; i < lanes; ++i) {
              dx[here + i] = own[i] - factor * x[here + i] * sum[i];
            }
          }
        }
      }
    }
  });
}

void lrn_within(const Layout& l, const LrnGeometry& g, const float* x, float* y) {
  g.beta == 0.75F ? within<true>(l, g, x, y) : within<false>(l, g, x, y);
}

void lrn_within_backward(const Layout& l, const LrnGeometry& g, const float* x, const float* dy, float* dx,
                         float* scratch) {
  g.beta == 0.75F ? within_backward<true>(l, g, x, dy, dx, scratch) : within_backward<false>(l, g, x, dy, dx, scratch);
}

}  // namespace

void fill_lrn(Kernels& table) {
  table.lrn_across = lrn_across;
  table.lrn_across_backward = lrn_across_backward;
  table.lrn_within = lrn_within;
  table.lrn_within_backward = lrn_within_backward;
}

}  // namespace alexnet::cpu::ALEXNET_ISA
