#include "vector.h"

// A tile of sums stays in registers while the loops over i and j run: each load of a column of b serves all its rows.

namespace alexnet::cpu::ALEXNET_ISA {
namespace {

constexpr int kWidth = kRegisterFloats;

/// Of two vectors of columns, `b_apart` and `c_apart` floats from each other.
template <int Rows>
void real_tile(const BlockProduct& p, const float* a, const float* b, std::int64_t b_apart, float* c,
               std::int64_t c_apart) {
  using V = typename Vector<kWidth>::Value;
  V first[Rows] = {};
  V second[Rows] = {};
  if (p.add) {
#pragma GCC unroll 12
    for (int r = 0; r < Rows; ++r) {
      first[r] = load<kWidth>(c + r * p.c_row);
      second[r] = load<kWidth>(c + r * p.c_row + c_apart);
    }
  }
  for (std::int64_t i = 0; i < p.outer; ++i) {
    const float* from = a + i * p.a_outer;
    for (std::int64_t j = 0; j < p.inner; ++j, from += p.a_inner, b += p.b_step) {
      const V u = load<kWidth>(b);
      const V v = load<kWidth>(b + b_apart);
#pragma GCC unroll 12
      for (int r = 0; r < Rows; ++r) {
        const float x = from[r * p.a_row];
        first[r] += x * u;
        second[r] += x * v;
      }
    }
  }
#pragma GCC unroll 12
  for (int r = 0; r < Rows; ++r) {
    store<kWidth>(c + r * p.c_row, first[r]);
    store<kWidth>(c + r * p.c_row + c_apart, second[r]);
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
    for (std::int64_t j = 0; j < p.inner; ++j, from += p.a_inner, b += p.b_step) {
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

void product(const BlockProduct& p, const float* a, const float* b, std::int64_t b_apart, float* c,
             std::int64_t c_apart) {
  for_tiles<kSums / 2>(p.rows, [&](auto n, std::int64_t row) {
    real_tile<decltype(n)::kCount>(p, a + row * p.a_row, b, b_apart, c + row * p.c_row, c_apart);
  });
}

}  // namespace

void fill_product(Kernels& table) {
  table.register_floats = kRegisterFloats;
  table.product = product;
  table.complex_product = complex_product<false>;
  table.complex_product_conjugate = complex_product<true>;
}

}  // namespace alexnet::cpu::ALEXNET_ISA
