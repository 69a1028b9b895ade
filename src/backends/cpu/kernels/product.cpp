#include "tiles.h"
#include "vector.h"

// A tile of sums stays in registers while the loops over i and j run: each load of a column of b serves all its rows.

namespace alexnet::cpu::ALEXNET_ISA {
namespace {

constexpr int kWidth = kRegisterFloats;

template <int Rows, int Pairs>
void real_tile(const BlockProduct& p, const Columns& columns, const float* a, const float* b, float* c) {
  using V = typename Vector<kWidth>::Value;
  V sums[Rows][2 * Pairs] = {};
  const auto place = [&](int r, int v) { return c + r * p.c_row + v / 2 * columns.c_pair + v % 2 * columns.c_apart; };
  if (p.add) {
#pragma GCC unroll 12
    for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 8
      for (int v = 0; v < 2 * Pairs; ++v) {
        sums[r][v] = load<kWidth>(place(r, v));
      }
    }
  }
  for (std::int64_t i = 0; i < p.outer; ++i) {
    const float* from = a + i * p.a_outer;
    for (std::int64_t j = 0; j < p.inner; ++j, from += p.a_inner, b += p.b_step) {
      V of_b[2 * Pairs];
#pragma GCC unroll 8
      for (int v = 0; v < 2 * Pairs; ++v) {
        of_b[v] = load<kWidth>(b + v / 2 * columns.b_pair + v % 2 * columns.b_apart);
      }
#pragma GCC unroll 12
      for (int r = 0; r < Rows; ++r) {
        const float x = from[r * p.a_row];
#pragma GCC unroll 8
        for (int v = 0; v < 2 * Pairs; ++v) {
          sums[r][v] += x * of_b[v];
        }
      }
    }
  }
#pragma GCC unroll 12
  for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 8
    for (int v = 0; v < 2 * Pairs; ++v) {
      store<kWidth>(place(r, v), sums[r][v]);
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

/// Brings part `t` of `parts` of what stands behind a stream of b of so many floats into the second cache.
inline void fetch_next(const float* b, std::int64_t floats, std::int64_t t, std::int64_t parts) {
  constexpr std::int64_t kLineFloats = 16;
  for (std::int64_t at = floats * t / parts; at < floats * (t + 1) / parts; at += kLineFloats) {
    __builtin_prefetch(b + floats + at, 0, 2);
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

template <int Pairs>
void pairs_product(const BlockProduct& p, const Columns& columns, const float* a, const float* b, float* c) {
  const auto tile = [&](auto n, std::int64_t row) {
    real_tile<decltype(n)::kCount, Pairs>(p, columns, a + row * p.a_row, b, c + row * p.c_row);
  };
  const auto fetch = [&](std::int64_t t, std::int64_t parts) {
    for (int pair = 0; p.goes_on && pair < Pairs; ++pair) {
      fetch_next(b + pair * columns.b_pair, p.outer * p.inner * p.b_step, t, parts);
    }
  };
  for_tiles<kSums / 2 / Pairs>(p.rows, tile, fetch);
}

void product(const BlockProduct& p, const Columns& columns, const float* a, const float* b, float* c) {
  columns.pairs == 4   ? pairs_product<4>(p, columns, a, b, c)
  : columns.pairs == 2 ? pairs_product<2>(p, columns, a, b, c)
                       : pairs_product<1>(p, columns, a, b, c);
}

/// Weights, of bf16 too, as floats.
inline typename Vector<kWidth>::Value load_weights(const float* w) { return load<kWidth>(w); }
inline typename Vector<kWidth>::Value load_weights(const std::uint16_t* w) {
  using Halves [[gnu::vector_size(2 * kWidth), gnu::aligned(2), gnu::may_alias]] = std::uint16_t;
  using Bits [[gnu::vector_size(4 * kWidth)]] = std::uint32_t;
  const Bits bits = __builtin_convertvector(*reinterpret_cast<const Halves*>(w), Bits) << 16;
  return reinterpret_cast<typename Vector<kWidth>::Value>(bits);
}
inline float as_float(float w) { return w; }
inline float as_float(std::uint16_t w) { return __builtin_bit_cast(float, std::uint32_t{w} << 16); }

template <int Rows, class Weight>
void dots_of(std::int64_t n, const float* x, const Weight* w, float* sums) {
  using V = typename Vector<kWidth>::Value;
  V lanes[Rows] = {};
  std::int64_t i = 0;
  for (; i + kWidth <= n; i += kWidth) {
    const V factor = load<kWidth>(x + i);
#pragma GCC unroll 4
    for (int r = 0; r < Rows; ++r) {
      lanes[r] += factor * load_weights(w + r * n + i);
    }
  }
  for (int r = 0; r < Rows; ++r) {
    float sum = 0;
    for (int l = 0; l < kWidth; ++l) {
      sum += lanes[r][l];
    }
    for (std::int64_t rest = i; rest < n; ++rest) {
      sum += x[rest] * as_float(w[r * n + rest]);
    }
    sums[r] = sum;
  }
}

template <class Weight>
void dots(std::int64_t n, const float* x, const Weight* w, std::int64_t rows, float* sums) {
  with_rows<4>(rows, [&](auto count) { dots_of<decltype(count)::kCount>(n, x, w, sums); });
}

}  // namespace

void fill_product(Kernels& table) {
  table.register_floats = kRegisterFloats;
  table.product = product;
  table.dots = dots<float>;
  table.dots_bf16 = dots<std::uint16_t>;
  table.complex_product = complex_product<false>;
  table.complex_product_conjugate = complex_product<true>;
}

}  // namespace alexnet::cpu::ALEXNET_ISA
