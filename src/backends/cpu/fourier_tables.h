#pragma once

#include <cstdint>
#include <vector>

#include "kernels/fourier.h"

namespace alexnet::cpu {

/// Cosines and sines for the transforms of maps of one size, in both directions.
class FourierTables {
 public:
  /// A map of height x width whose first row and column stand at index `first` of the size x size square.
  FourierTables(std::int64_t size, std::int64_t height, std::int64_t width, std::int64_t first);

  /// The map's places are the caller's to fill in: strides, lanes, frequency_stride, imaginary.
  [[nodiscard]] FourierMap forward() const;
  [[nodiscard]] FourierMap inverse() const;

 private:
  struct Table {
    std::vector<float> cosine, sine;
  };
  /// scale(row, column) * cos and sin of 2 pi (row + row_first) (column + column_first) / size; columns padded.
  template <class Scale>
  Table make(std::int64_t rows, std::int64_t row_first, std::int64_t columns, std::int64_t column_first,
             Scale scale) const;

  std::int64_t size_, height_, width_;
  Table forward_rows_, forward_columns_, inverse_rows_, inverse_columns_;
};

}  // namespace alexnet::cpu
