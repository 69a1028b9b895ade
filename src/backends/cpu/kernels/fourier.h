#pragma once

#include <cstdint>

namespace alexnet::cpu {

constexpr std::int64_t kFourierBlock = 4;  ///< tables come in blocks of so many columns, padded with zeros
constexpr std::int64_t kMostFourierSize = 31;

/// The rows (or columns) of a map about their middle: pair j are `high + j` and `low - j`, where the map has them.
struct FourierAxis {
  std::int64_t extent;
  std::int64_t high, low;
  std::int64_t pairs;
  const float *forward_cos, *forward_sin;  ///< [pair][frequency >= 0]
  const float *inverse_cos, *inverse_sin;  ///< [frequency >= 0][pair]
};

/// The discrete Fourier transform, over a square of `size` x `size`, of one map whose channels stand `lanes` (16 or 8)
/// side by side. Of the spectrum F[u][v] only v <= size/2 is kept: the rest is its complex conjugate. F[u][v] lies at
/// spectrum + (u * (size/2 + 1) + v) * frequency_stride, its imaginary part `lanes` floats behind; -u stands at size-u.
struct FourierMap {
  std::int64_t size, lanes;
  std::int64_t row_stride, pixel_stride, frequency_stride;
  FourierAxis rows, columns;
  bool large;  ///< the spectra of all maps do not stay in the caches; they are aligned to 64 bytes
};

}  // namespace alexnet::cpu
