#pragma once

#include <cstdint>

namespace alexnet::cpu {

/// What numbers become whole ones by: x * inverse rounded to the nearest (to an even one at a tie) within the bounds.
/// NaN gives 0.
struct Rounding {
  float inverse, lowest, highest;
};

/// Sums of products of whole numbers that stand side by side on both sides:
///   sums[row][unit] = (add ? sums[row][unit] : 0) + sum over i < length of x[row][i] * w[unit][i]
/// `length` is a multiple of twice register_floats. The exact sum of a call must fit 32 bits.
struct IntegerProduct {
  std::int64_t rows, units, length;
  std::int64_t x_row, w_unit, sum_row;  ///< numbers, or sums, from one to the next
  bool add;
};

}  // namespace alexnet::cpu
