#include "vector.h"

// A tile of sums stays in registers while the loops over i and j run: each load of a column of b serves all its rows.

namespace alexnet::cpu::ALEXNET_ISA {
namespace {

template <int Vectors, int Rows>
void real_tile(const BlockProduct& p, const float* a, const float* b, float* c) {
  constexpr int kWidth = kRegisterFloats;
  using V = typename Vector<kWidth>::Value;
  V sum[Rows][Vectors] = {};
  if (p.add) {
#pragma GCC unroll 24
    for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 2
      for (int v = 0; v < Vectors; ++v) {
        sum[r][v] = load<kWidth>(c + r * p.c_row + v * kWidth);
      }
    }
  }
  for (std::int64_t i = 0; i < p.outer; ++i) {
    const float* from = a + i * p.a_outer;
    for (std::int64_t j = 0; j < p.inner; ++j, from += p.a_inner, b += Vectors * kWidth) {
      V column[Vectors];
#pragma GCC unroll 2
      for (int v = 0; v < Vectors; ++v) {
        column[v] = load<kWidth>(b + v * kWidth);
      }
#pragma GCC unroll 24
      for (int r = 0; r < Rows; ++r) {
        const float x = from[r * p.a_row];
#pragma GCC unroll 2
        for (int v = 0; v < Vectors; ++v) {
          sum[r][v] += x * column[v];
        }
      }
    }
  }
#pragma GCC unroll 24
  for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; ++v) {
      store<kWidth>(c + r * p.c_row + v * kWidth, sum[r][v]);
    }
  }
}

/// Of complex numbers: real parts of a block's lanes stand before its imaginary ones, in a too.
template <int Width, bool Conjugate, int Rows>
void complex_tile(const BlockProduct& p, std::int64_t lanes, const float* a, const float* b, float* c) {
  using V = typename Vector<Width>::Value;
  V re[Rows] = {};
  V im[Rows] = {};
  if (p.add) {
#pragma GCC unroll 12
    for (int r = 0; r < Rows; ++r) {
      re[r] = load<Width>(c + r * p.c_row);
      im[r] = load<Width>(c + r * p.c_row + lanes);
    }
  }
  for (std::int64_t i = 0; i < p.outer; ++i) {
    const float* from = a + i * p.a_outer;
    for (std::int64_t j = 0; j < p.inner; ++j, from += p.a_inner, b += 2 * lanes) {
      const V u = load<Width>(b);
      const V v = load<Width>(b + lanes);
#pragma GCC unroll 12
      for (int r = 0; r < Rows; ++r) {
        const float x = from[r * p.a_row];
        const float y = from[r * p.a_row + lanes];
        re[r] += x * u;
        im[r] += y * u;
        if constexpr (Conjugate) {
          re[r] += y * v;
          im[r] -= x * v;
        } else {
          re[r] -= y * v;
          im[r] += x * v;
        }
      }
    }
  }
#pragma GCC unroll 12
  for (int r = 0; r < Rows; ++r) {
    store<Width>(c + r * p.c_row, re[r]);
    store<Width>(c + r * p.c_row + lanes, im[r]);
  }
}

/// Calls tile(Count<rows>{}) for the number of rows at hand.
template <int Most, class Tile>
inline void with_rows(std::int64_t rows, Tile tile) {
  if (rows == Most) {
    return tile(Count<Most>{});
  }
  if constexpr (Most > 1) {
    with_rows<Most - 1>(rows, tile);
  }
}

/// All rows in tiles of nearly equal size.
template <int Most, class Tile>
inline void for_tiles(std::int64_t rows, Tile tile) {
  const std::int64_t tiles = (rows + Most - 1) / Most;
  for (std::int64_t t = 0, row = 0; t < tiles; ++t) {
    const std::int64_t count = rows / tiles + (t < rows % tiles ? 1 : 0);
    with_rows<Most>(count, [&](auto n) { tile(n, row); });
    row += count;
  }
}

template <bool Conjugate>
void complex_product(const BlockProduct& p, std::int64_t lanes, const float* a, const float* b, float* c) {
  for_blocks(lanes, [&](auto width, std::int64_t first) {
    for_tiles<kSums / 2>(p.rows, [&](auto n, std::int64_t row) {
      complex_tile<decltype(width)::kCount, Conjugate, decltype(n)::kCount>(p, lanes, a + row * p.a_row, b + first,
                                                                            c + row * p.c_row + first);
    });
  });
}

template <int Vectors>
void real_product(const BlockProduct& p, const float* a, const float* b, float* c) {
  for_tiles<kSums / Vectors>(p.rows, [&](auto n, std::int64_t row) {
    real_tile<Vectors, decltype(n)::kCount>(p, a + row * p.a_row, b, c + row * p.c_row);
  });
}

}  // namespace

void fill_product(Kernels& table) {
  table.register_floats = kRegisterFloats;
  table.product = real_product<1>;
  table.product_of_two = real_product<2>;
  table.complex_product = complex_product<false>;
  table.complex_product_conjugate = complex_product<true>;
}

}  // namespace alexnet::cpu::ALEXNET_ISA
