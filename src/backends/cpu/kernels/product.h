#pragma once

#include <cstdint>

namespace alexnet::cpu {

/// Sums of products for columns that lie side by side, the lanes of a vector:
///   c[row][lane] = (add ? c[row][lane] : 0) + sum over i and j of a[row][i][j] * b[i][j][lane]
/// An element of `a` stands at row * a_row + i * a_outer + j * a_inner, the lanes of b at (i * inner + j) * b_step,
/// those of c at row * c_row.
struct BlockProduct {
  std::int64_t rows;
  std::int64_t outer, inner;  ///< extents of i and j
  std::int64_t a_row, a_outer, a_inner;
  std::int64_t b_step;
  std::int64_t c_row;
  bool add;
};

}  // namespace alexnet::cpu
