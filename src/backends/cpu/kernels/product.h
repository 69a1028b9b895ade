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
  /// As much as b holds stands behind it and is multiplied next: a real product fetches it while its later tiles are at
  /// work.
  bool goes_on = false;
};

/// Where the columns of a real product lie: pairs of vectors, each of register_floats lanes. A pair's second vector
/// stands b_apart and c_apart floats behind its first, the next pair's first b_pair and c_pair floats. Each pair is a
/// stream of its own: the memory gives more by several at once than by one, which counts where `b` comes from there.
struct Columns {
  std::int64_t b_apart, c_apart;
  int pairs = 1;  ///< 1, 2 or 4
  std::int64_t b_pair = 0, c_pair = 0;
};

/// How many streams serve best where `b` comes from the memory and `rows` rows of `a` share it.
constexpr int streams_for(std::int64_t rows) { return rows <= 2 ? 4 : rows <= 16 ? 2 : 1; }

}  // namespace alexnet::cpu
