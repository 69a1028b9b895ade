#include "fourier_tables.h"

#include <cmath>
#include <numbers>

namespace alexnet::cpu {

template <class Scale>
FourierTables::Table FourierTables::make(std::int64_t rows, std::int64_t row_first, std::int64_t columns,
                                         std::int64_t column_first, Scale scale) const {
  const std::int64_t pitch = (columns + kFourierBlock - 1) / kFourierBlock * kFourierBlock;
  Table table;
  table.cosine.assign(static_cast<std::size_t>(rows * pitch), 0.0F);
  table.sine = table.cosine;
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < columns; ++c) {
      // The angle is reduced in whole numbers, so that large products lose nothing.
      const std::int64_t turn = (((r + row_first) * (c + column_first)) % size_ + size_) % size_;
      const double angle = 2 * std::numbers::pi * static_cast<double>(turn) / static_cast<double>(size_);
      const auto at = static_cast<std::size_t>(r * pitch + c);
      table.cosine[at] = static_cast<float>(scale(r, c) * std::cos(angle));
      table.sine[at] = static_cast<float>(scale(r, c) * std::sin(angle));
    }
  }
  return table;
}

FourierTables::FourierTables(std::int64_t size, std::int64_t height, std::int64_t width, std::int64_t first)
    : size_(size), height_(height), width_(width) {
  const std::int64_t half = size / 2 + 1;
  const auto one = [](std::int64_t, std::int64_t) { return 1.0; };
  const double area = static_cast<double>(size) * static_cast<double>(size);
  forward_rows_ = make(width, first, half, 0, one);
  forward_columns_ = make(height, first, size, 0, one);
  inverse_columns_ = make(size, 0, height, first, one);
  // A frequency v > 0 stands for itself and for its conjugate at N - v (N is odd).
  inverse_rows_ =
      make(half, 0, width, first, [area](std::int64_t v, std::int64_t) { return (v == 0 ? 1.0 : 2.0) / area; });
}

FourierMap FourierTables::forward() const {
  return {size_,
          0,
          height_,
          width_,
          0,
          0,
          0,
          0,
          forward_rows_.cosine.data(),
          forward_rows_.sine.data(),
          forward_columns_.cosine.data(),
          forward_columns_.sine.data()};
}

FourierMap FourierTables::inverse() const {
  return {size_,
          0,
          height_,
          width_,
          0,
          0,
          0,
          0,
          inverse_rows_.cosine.data(),
          inverse_rows_.sine.data(),
          inverse_columns_.cosine.data(),
          inverse_columns_.sine.data()};
}

}  // namespace alexnet::cpu
