#pragma once

#include <cstdint>

namespace alexnet::cpu {

/// The discrete Fourier transform, over a square of `size` x `size`, of one map whose channels stand `lanes` (16 or 8)
/// side by side; the map's first row and column stand at index `first` of the square (0 or negative). Of the spectrum
/// F[u][v] only v <= size/2 is kept: the rest is its complex conjugate. F[u][v] lies at
/// spectrum + (u * (size/2 + 1) + v) * frequency_stride, its imaginary part `imaginary` floats behind.
/// Tables come in blocks of kFourierBlock columns, padded with zeros: see fourier_tables.h.
constexpr std::int64_t kFourierBlock = 4;
constexpr std::int64_t kMostFourierSize = 31;

struct FourierMap {
  std::int64_t size, lanes;
  std::int64_t height, width, row_stride, pixel_stride;
  std::int64_t frequency_stride, imaginary;
  const float *along_rows_cos, *along_rows_sin;        ///< forward: [width][half]; inverse: [half][width], scaled
  const float *along_columns_cos, *along_columns_sin;  ///< forward: [height][size]; inverse: [size][height]
};

}  // namespace alexnet::cpu
