#include "tiles.h"
#include "vector.h"

// Pairs of 16-bit products are added to 32-bit sums by one instruction, exactly: no sum of two can leave its bounds, as
// it could with the 8-bit instruction that processors without VNNI have.

namespace alexnet::cpu::ALEXNET_ISA {
namespace {

constexpr int kShorts = 2 * kRegisterFloats;  // of a register
using Shorts [[gnu::vector_size(kShorts * 2)]] = std::int16_t;
using StoredShorts [[gnu::vector_size(kShorts * 2), gnu::aligned(2), gnu::may_alias]] = std::int16_t;
using StoredBytes [[gnu::vector_size(kShorts), gnu::aligned(1), gnu::may_alias]] = std::int8_t;
using Ints [[gnu::vector_size(kShorts * 2)]] = std::int32_t;
using FourInts [[gnu::vector_size(16)]] = std::int32_t;

inline Shorts load_shorts(const std::int16_t* from) { return *reinterpret_cast<const StoredShorts*>(from); }
inline Shorts load_bytes(const std::int8_t* from) {
#if defined(__AVX512BW__)
  return reinterpret_cast<Shorts>(_mm512_cvtepi8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from))));
#elif defined(__AVX2__)
  return reinterpret_cast<Shorts>(_mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))));
#else
  return __builtin_convertvector(*reinterpret_cast<const StoredBytes*>(from), Shorts);
#endif
}

/// Keeps what was loaded once in a register: the compiler would load it again for each product, and loads are scarce.
inline Shorts kept(Shorts value) {
#ifdef __AVX2__
  asm("" : "+x"(value));
#endif
  return value;
}

/// a[2i] * b[2i] + a[2i+1] * b[2i+1]
inline Ints pair_products(Shorts a, Shorts b) {
#if defined(__AVX512BW__)
  return reinterpret_cast<Ints>(_mm512_madd_epi16(reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
#elif defined(__AVX2__)
  return reinterpret_cast<Ints>(_mm256_madd_epi16(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b)));
#else
  Ints sums;
  for (int i = 0; i < kShorts / 2; ++i) {
    sums[i] = a[2 * i] * b[2 * i] + a[2 * i + 1] * b[2 * i + 1];
  }
  return sums;
#endif
}

inline float sum_of(Ints values) {
  FourInts sums = {};
  for (int quarter = 0; quarter < kShorts / 2; quarter += 4) {
    sums += FourInts{values[quarter], values[quarter + 1], values[quarter + 2], values[quarter + 3]};
  }
  return static_cast<float>(sums[0] + sums[1] + (sums[2] + sums[3]));
}

template <int Rows, int Units>
void integer_tile(const IntegerProduct& p, const std::int16_t* x, const std::int8_t* w, float* sums) {
  Ints totals[Rows][Units] = {};
  for (std::int64_t i = 0; i < p.length; i += kShorts) {
    Shorts of_w[Units];
#pragma GCC unroll 4
    for (int u = 0; u < Units; ++u) {
      of_w[u] = load_bytes(w + u * p.w_unit + i);
      if constexpr (Rows <= 3) {  // the memory decides: what the next tile needs is on its way
        __builtin_prefetch(w + (Units + u) * p.w_unit + i, 0, 2);
      }
    }
#pragma GCC unroll 5
    for (int r = 0; r < Rows; ++r) {
      const Shorts of_x = kept(load_shorts(x + r * p.x_row + i));
#pragma GCC unroll 4
      for (int u = 0; u < Units; ++u) {
        totals[r][u] += pair_products(of_x, of_w[u]);
      }
    }
  }
#pragma GCC unroll 5
  for (int r = 0; r < Rows; ++r) {
#pragma GCC unroll 4
    for (int u = 0; u < Units; ++u) {
      float& sum = sums[r * p.sum_row + u];
      sum = (p.add ? sum : 0) + sum_of(totals[r][u]);
    }
  }
}

template <int MostRows, int MostUnits>
void product_of(const IntegerProduct& p, const std::int16_t* x, const std::int8_t* w, float* sums) {
  for (std::int64_t unit = 0; unit < p.units; unit += MostUnits) {
    with_rows<MostUnits>(smaller(MostUnits, p.units - unit), [&](auto units) {
      for_tiles<MostRows>(p.rows, [&](auto rows, std::int64_t row) {
        integer_tile<decltype(rows)::kCount, decltype(units)::kCount>(p, x + row * p.x_row, w + unit * p.w_unit,
                                                                      sums + row * p.sum_row + unit);
      });
    });
  }
}

/// All sums of a tile stay in registers; of few rows many units', whose weights are so many streams from the memory.
void integer_product(const IntegerProduct& p, const std::int16_t* x, const std::int8_t* w, float* sums) {
  p.rows <= 3 ? product_of<3, 4>(p, x, w, sums) : product_of<5, 2>(p, x, w, sums);
}

}  // namespace

void fill_integers(Kernels& table) { table.integer_product = integer_product; }

}  // namespace alexnet::cpu::ALEXNET_ISA
