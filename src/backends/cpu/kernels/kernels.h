#pragma once

#include <cstdint>

#include "../layout.h"
#include "fourier.h"
#include "integers.h"
#include "product.h"

namespace alexnet::cpu {

/// Our own loops, compiled once for each vector instruction set (kernels/CMakeLists.txt) and chosen at run time.
/// Each runs on the calling thread's OpenMP threads, and gives the same result on any number of them.
struct PoolGeometry {
  int window, stride, top, left;
};

/// Which inputs of a window the gradient goes to: the one that `index` names, or, where there is none, all that are
/// equal to the output. With `relu` it counts only where the output is above 0: the ReLU in front of the pool in one
/// go.
struct MaxPoolChoice {
  const std::uint8_t* index;
  const float* input;   ///< null with an index
  const float* output;  ///< null with an index and without `relu`
  bool relu;
};

struct LrnGeometry {
  int size;
  int groups;
  float coefficient, k, beta;
};

/// Where dropout's draws stand: see network/dropout.h.
struct DropoutDraw {
  std::uint64_t seed;
  std::uint32_t purpose, epoch, position;
  std::int64_t first_unit;
  std::uint32_t threshold;  ///< dropped below it
  float scale;              ///< of what stays
};

struct SgdStep {
  float rate, momentum, decay;
  bool rate_inside;
  bool nesterov;
  float scale;  ///< of the gradient
};

struct AdamStep {
  float rate;  ///< with both bias corrections in it
  float beta1, beta2;
  float rest1, rest2;  ///< 1 - beta, rounded once: 1 - 0.999F is wrong by 1.3e-5 of itself
  float epsilon, decay;
  float shrink;  ///< what is left of the weight before the step: 1 - rate * decay of AdamW, else 1
  float scale;   ///< of the gradient
};

/// The moving average a of the weights: a += rest * (w - a). Null = none.
struct AverageStep {
  float* values;
  float rest;
};

struct Kernels {
  const char* name;

  // elementwise.cpp; `n` floats.
  void (*relu)(const float* x, float* y, std::int64_t n);
  /// dx := dy where y > 0, else 0. dx may be dy.
  void (*relu_backward)(const float* y, const float* dy, float* dx, std::int64_t n);
  void (*tanh)(const float* x, float* y, std::int64_t n);
  void (*tanh_backward)(const float* y, const float* dy, float* dx, std::int64_t n);
  void (*sigmoid)(const float* x, float* y, std::int64_t n);
  void (*sigmoid_backward)(const float* y, const float* dy, float* dx, std::int64_t n);
  void (*scale)(const float* x, float* y, float factor, std::int64_t n);
  void (*add)(const float* x, float* y, std::int64_t n);  ///< y := y + x

  // quantize.cpp; see Rounding
  void (*quantize_unsigned)(const float* x, float inverse, std::uint8_t* q, std::int64_t n);  ///< 0..255
  void (*quantize_signed)(const float* x, float inverse, std::int8_t* q, std::int64_t n);     ///< -127..127
  /// The same in 16 bits; on the calling thread.
  void (*quantize_wide)(const float* x, const Rounding& rounding, std::int16_t* q, std::int64_t n);
  /// To the nearest bf16, an even one at a tie: as a float whose lower half is 0, and as its upper half alone.
  void (*round_to_bf16)(const float* x, float* y, std::int64_t n);
  void (*to_bf16)(const float* x, std::uint16_t* y, std::int64_t n);
  /// y := q * step
  void (*round_to_steps)(const float* x, const Rounding& rounding, float step, float* y, std::int64_t n);

  // integers.cpp; on the calling thread
  void (*integer_product)(const IntegerProduct& p, const std::int16_t* x, const std::int8_t* w, float* sums);

  // pooling.cpp; `x` and `y` have the same order of channels.
  /// `index` (one byte an output float): place of the maximum in the window; null = not wanted.
  void (*max_pool)(const Layout& x, const Layout& y, const PoolGeometry& g, const float* in, float* out,
                   std::uint8_t* index);
  void (*max_pool_backward)(const Layout& x, const Layout& y, const PoolGeometry& g, const MaxPoolChoice& choice,
                            const float* dy, float* dx);
  /// `divisor`: 0 = pixels of the clipped window, else this number.
  void (*avg_pool)(const Layout& x, const Layout& y, const PoolGeometry& g, float divisor, const float* in, float* out);
  void (*avg_pool_backward)(const Layout& x, const Layout& y, const PoolGeometry& g, float divisor, const float* dy,
                            float* dx);

  // lrn.cpp; `scratch`: lrn_scratch_floats(layout, geometry) floats a thread.
  void (*lrn_across)(const Layout& l, const LrnGeometry& g, const float* x, float* y, float* scratch);
  void (*lrn_across_backward)(const Layout& l, const LrnGeometry& g, const float* x, const float* dy, float* dx,
                              float* scratch);
  void (*lrn_within)(const Layout& l, const LrnGeometry& g, const float* x, float* y);
  void (*lrn_within_backward)(const Layout& l, const LrnGeometry& g, const float* x, const float* dy, float* dx,
                              float* scratch);

  // batch_norm.cpp; per-channel arrays have blocks*lanes floats; `scratch`: 2 * rows * blocks * lanes floats.
  void (*batch_moments)(const Layout& l, const float* x, float* mean, float* variance, float* scratch);
  /// y := (x - mean) * factor + shift
  void (*batch_norm)(const Layout& l, const float* x, const float* mean, const float* factor, const float* shift,
                     float* y);
  /// sums of dy and of dy * (x - mean), over rows and pixels
  void (*batch_norm_sums)(const Layout& l, const float* x, const float* dy, const float* mean, float* sum,
                          float* sum_centred, float* scratch);
  /// dx := a * dy + b * (x - mean) + c
  void (*batch_norm_backward)(const Layout& l, const float* x, const float* dy, const float* mean, const float* a,
                              const float* b, const float* c, float* dx);

  // dropout.cpp; rows in plain (N, elements) logical order of each photo, `mask` one byte an element.
  void (*dropout_mask)(const DropoutDraw& draw, std::int64_t rows, std::int64_t elements, std::uint8_t* mask);
  /// y := mask ? x * scale : 0, through the layout's order.
  void (*apply_mask)(const Layout& l, const std::uint8_t* mask, float scale, const float* x, float* y);

  // fourier.cpp; one map of `lanes` channels, on the calling thread
  void (*fourier_forward)(const FourierMap& m, const float* map, float* spectrum);
  /// + bias (null = none; `lanes` of them), then max(., 0) with `relu`
  void (*fourier_inverse)(const FourierMap& m, const float* spectrum, const float* bias, bool relu, float* map);

  /// to[c][r] := from[r][c] of a square with `side` a multiple of 8
  void (*transpose)(std::int64_t side, const float* from, std::int64_t from_pitch, float* to, std::int64_t to_pitch);

  // product.cpp; on the calling thread
  std::int64_t register_floats;
  void (*product)(const BlockProduct& p, const Columns& columns, const float* a, const float* b, float* c);
  /// sums[u] = sum over i of x[i] * w[u * n + i] for `rows` (1 to 4) rows of w: so many streams from the memory.
  void (*dots)(std::int64_t n, const float* x, const float* w, std::int64_t rows, float* sums);
  void (*dots_bf16)(std::int64_t n, const float* x, const std::uint16_t* w, std::int64_t rows, float* sums);
  /// Of complex numbers: `lanes` (16 or 8) real parts of b or c stand before as many imaginary ones; that of an element
  /// of a stands `lanes` floats behind it. The second takes the conjugate of b.
  void (*complex_product)(const BlockProduct& p, std::int64_t lanes, const float* a, const float* b, float* c);
  void (*complex_product_conjugate)(const BlockProduct& p, std::int64_t lanes, const float* a, const float* b,
                                    float* c);

  // winograd.cpp; blocks of register_floats channels, on the calling thread; value (i, j) of the 6x6 points stands at
  // (6 i + j) * point_stride
  /// Of the window that begins at (row, column), which may reach out of the map: there are zeros.
  void (*winograd_window)(const Layout& l, std::int64_t row, std::int64_t column, const float* map, float* points,
                          std::int64_t point_stride);
  /// `weights`: [row][column][lanes] of a kernel of 3x3 or 5x5.
  void (*winograd_kernel)(int kernel, const float* weights, float* points, std::int64_t point_stride);
  /// The square of `outputs` (4 or 2) a side that begins at (row, column), as far as the map goes; + bias (null =
  /// none), then max(., 0) with `relu`.
  void (*winograd_outputs)(const Layout& l, int outputs, std::int64_t row, std::int64_t column, const float* points,
                           std::int64_t point_stride, const float* bias, bool relu, float* map);

  // update.cpp
  void (*sgd)(const SgdStep& step, const AverageStep& average, const float* gradient, float* w, float* velocity,
              std::int64_t n);
  void (*adam)(const AdamStep& step, const AverageStep& average, const float* gradient, float* w, float* m, float* v,
               std::int64_t n);
  /// Sum of the squares of all.
  double (*sum_of_squares)(const float* x, std::int64_t n);
};

/// Pixels that LRN across channels does together.
constexpr std::int64_t kLrnPixels = 4;
/// Floats of scratch that a thread needs for the LRN kernels.
[[nodiscard]] inline std::int64_t lrn_scratch_floats(const Layout& l, const LrnGeometry& g) {
  const auto line = l.channels + 16 + static_cast<std::int64_t>(g.groups) * g.size;
  const auto map = l.height * l.width * 16;
  return kLrnPixels * 3 * line > 2 * map ? kLrnPixels * 3 * line : 2 * map;
}

/// The table for this processor, limited as oneDNN is.
[[nodiscard]] const Kernels& kernels();

}  // namespace alexnet::cpu
