#include "amx.h"

#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

// Compiled for AMX alone (CMakeLists.txt), so it uses no function of the standard library: a linker might keep this
// copy for all.

namespace alexnet::cpu {
namespace {

constexpr std::int64_t kPairs = kTilePixels / 2;

struct alignas(64) TileSetup {
  std::uint8_t palette, start_row, reserved[14];
  std::uint16_t row_bytes[16];
  std::uint8_t rows[16];
};
/// Eight whole tiles. Not on the stack: GCC 12 believes that the instruction reads 8 bytes of it.
const TileSetup kWholeTiles = {1, 0, {}, {64, 64, 64, 64, 64, 64, 64, 64}, {16, 16, 16, 16, 16, 16, 16, 16}};

/// 0 to 15.
inline __m512i counted() { return _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15); }

/// (0, 16, 1, 17, ...): 32 numbers of two pixels, a channel's next to each other.
inline __m512i interleaved() {
  const __m512i low = counted();
  return _mm512_or_si512(low, _mm512_slli_epi32(_mm512_add_epi32(low, _mm512_set1_epi32(16)), 16));
}

/// kTilePixels pixels from number `from` on: pairs[i] holds pixels 2i and 2i + 1 of 16 channels. Adds them to `sum`.
inline void pairs_from(const Layout& l, const PixelRow& row, const float* maps, std::int64_t from, __m512i* pairs,
                       __m512* sum) {
  const __m512i order = interleaved();
  std::int64_t at = from - row.first;
  std::int64_t n = at < 0 ? 0 : at / row.photo;
  std::int64_t h = at < 0 ? 0 : at % row.photo / row.line;
  std::int64_t w = at < 0 ? 0 : at % row.photo % row.line;
  __m512 pixels[2];
  for (std::int64_t i = 0; i < kTilePixels; ++i, ++at) {
    __m512 pixel = _mm512_setzero_ps();
    if (at >= 0) {
      if (n < l.rows && h < l.height && w < l.width) {
        pixel = _mm512_loadu_ps(maps + n * l.image_stride + h * l.row_stride + w * l.pixel_stride);
      }
      if (++w == row.line) {
        w = 0;
        ++h;
      }
      if (h * row.line + w == row.photo) {
        h = w = 0;
        ++n;
      }
    }
    pixels[i % 2] = pixel;
    if (i % 2 == 1) {
      const auto both = reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(pixels[1], pixels[0]));
      const __m512i pair = _mm512_permutexvar_epi16(order, both);
      pairs[i / 2] = pair;
      const auto first = _mm512_castsi512_ps(_mm512_slli_epi32(pair, 16));
      const auto second = _mm512_castsi512_ps(_mm512_and_si512(pair, _mm512_set1_epi32(-65536)));
      *sum = _mm512_add_ps(*sum, _mm512_add_ps(first, second));
    }
  }
}

/// 16 x 16 elements of 32 bits: to[column] := in[..][column].
inline void store_transposed(const __m512i* in, std::uint16_t* to, std::int64_t pitch) {
  __m512i by_two[16];
  __m512i by_four[16];
  for (int i = 0; i < 8; ++i) {
    by_two[2 * i] = _mm512_unpacklo_epi32(in[2 * i], in[2 * i + 1]);
    by_two[2 * i + 1] = _mm512_unpackhi_epi32(in[2 * i], in[2 * i + 1]);
  }
  for (int i = 0; i < 4; ++i) {
    for (int j = 0; j < 2; ++j) {
      by_four[4 * i + 2 * j] = _mm512_unpacklo_epi64(by_two[4 * i + j], by_two[4 * i + j + 2]);
      by_four[4 * i + 2 * j + 1] = _mm512_unpackhi_epi64(by_two[4 * i + j], by_two[4 * i + j + 2]);
    }
  }
  constexpr int kEven = 0x88;  // parts 0 and 2 of both
  constexpr int kOdd = 0xdd;   // parts 1 and 3
  for (int j = 0; j < 4; ++j) {
    const __m512i a = _mm512_shuffle_i32x4(by_four[j], by_four[4 + j], kEven);
    const __m512i b = _mm512_shuffle_i32x4(by_four[j], by_four[4 + j], kOdd);
    const __m512i c = _mm512_shuffle_i32x4(by_four[8 + j], by_four[12 + j], kEven);
    const __m512i d = _mm512_shuffle_i32x4(by_four[8 + j], by_four[12 + j], kOdd);
    _mm512_storeu_si512(to + j * pitch, _mm512_shuffle_i32x4(a, c, kEven));
    _mm512_storeu_si512(to + (4 + j) * pitch, _mm512_shuffle_i32x4(b, d, kEven));
    _mm512_storeu_si512(to + (8 + j) * pitch, _mm512_shuffle_i32x4(a, c, kOdd));
    _mm512_storeu_si512(to + (12 + j) * pitch, _mm512_shuffle_i32x4(b, d, kOdd));
  }
}

/// Tiles 0 to 3 hold sums, 4 and 5 channels, 6 and 7 filters.
template <bool TwoRows, bool TwoBlocks>
void add_products(const TileSums& t, const std::uint16_t* channels, const std::uint16_t* filters, float* sums) {
  const std::int64_t row_bytes = t.sum_row * 4;
  const std::int64_t channel_bytes = t.channel_pitch * 2;
  constexpr std::int64_t kStep = kTilePixels * kTileChannels;
  for (std::int64_t column = 0; column < t.columns; ++column, ++channels, sums += kTileChannels) {
    float* next_rows = sums + kTileChannels * t.sum_row;
    if (t.add) {
      _tile_loadd(0, sums, row_bytes);
      if constexpr (TwoBlocks) {
        _tile_loadd(1, sums + t.sum_block, row_bytes);
      }
      if constexpr (TwoRows) {
        _tile_loadd(2, next_rows, row_bytes);
      }
      if constexpr (TwoRows && TwoBlocks) {
        _tile_loadd(3, next_rows + t.sum_block, row_bytes);
      }
    } else {
      _tile_zero(0);
      _tile_zero(1);
      _tile_zero(2);
      _tile_zero(3);
    }
    for (std::int64_t step = 0; step < t.steps; ++step) {
      const std::uint16_t* a = channels + step * kTilePixels;
      const std::uint16_t* b = filters + step * kStep;
      _tile_loadd(4, a, channel_bytes);
      _tile_loadd(6, b, 64);
      _tile_dpbf16ps(0, 4, 6);
      if constexpr (TwoRows) {
        _tile_loadd(5, a + kTileChannels * t.channel_pitch, channel_bytes);
        _tile_dpbf16ps(2, 5, 6);
      }
      if constexpr (TwoBlocks) {
        _tile_loadd(7, b + t.filter_block, 64);
        _tile_dpbf16ps(1, 4, 7);
      }
      if constexpr (TwoRows && TwoBlocks) {
        _tile_dpbf16ps(3, 5, 7);
      }
    }
    _tile_stored(0, sums, row_bytes);
    if constexpr (TwoBlocks) {
      _tile_stored(1, sums + t.sum_block, row_bytes);
    }
    if constexpr (TwoRows) {
      _tile_stored(2, next_rows, row_bytes);
    }
    if constexpr (TwoRows && TwoBlocks) {
      _tile_stored(3, next_rows + t.sum_block, row_bytes);
    }
  }
}

}  // namespace

bool amx_allowed() {
  // Linux gives the tiles' registers to processes that ask (ARCH_REQ_XCOMP_PERM of XFEATURE_XTILEDATA).
  constexpr int kAsk = 0x1023;
  constexpr int kTileData = 18;
  static const bool allowed = ::syscall(SYS_arch_prctl, kAsk, kTileData) == 0;
  return allowed;
}

void amx_pack_pairs(const Layout& layout, const PixelRow& row, const float* maps, std::int64_t from, std::int64_t steps,
                    std::uint16_t* to, float* sums) {
  __m512 sum = _mm512_setzero_ps();
  for (std::int64_t step = 0; step < steps; ++step, from += kTilePixels) {
    __m512i pairs[kPairs];
    pairs_from(layout, row, maps, from, pairs, &sum);
    for (std::int64_t i = 0; i < kPairs; ++i, to += 2 * kTileChannels) {
      _mm512_storeu_si512(to, pairs[i]);
    }
  }
  _mm512_storeu_ps(sums, _mm512_add_ps(_mm512_loadu_ps(sums), sum));
}

void amx_pack_planes(const Layout& layout, const PixelRow& row, const float* maps, std::int64_t from,
                     std::int64_t steps, std::uint16_t* to, std::int64_t pitch) {
  __m512 unused = _mm512_setzero_ps();
  for (std::int64_t step = 0; step < steps; ++step, from += kTilePixels, to += kTilePixels) {
    __m512i pairs[kPairs];
    pairs_from(layout, row, maps, from, pairs, &unused);
    store_transposed(pairs, to, pitch);
  }
}

void amx_pack_strided(const float* from, std::int64_t stride, std::int64_t count, std::uint16_t* to) {
  const __m512i places = _mm512_mullo_epi32(counted(), _mm512_set1_epi32(static_cast<int>(stride)));
  for (std::int64_t i = 0; i < count; i += 16) {
    const auto mask = static_cast<__mmask16>(count - i >= 16 ? 0xffff : (1U << (count - i)) - 1);
    const __m512 values = _mm512_mask_i32gather_ps(_mm512_setzero_ps(), mask, places, from + i * stride, sizeof(float));
    _mm256_mask_storeu_epi16(to + i, mask, reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(values)));
  }
}

void amx_add_products(const TileSums& t, const std::uint16_t* channels, const std::uint16_t* filters, float* sums) {
  if (t.two_rows) {
    return t.two_blocks ? add_products<true, true>(t, channels, filters, sums)
                        : add_products<true, false>(t, channels, filters, sums);
  }
  return t.two_blocks ? add_products<false, true>(t, channels, filters, sums)
                      : add_products<false, false>(t, channels, filters, sums);
}

void amx_begin() { _tile_loadconfig(&kWholeTiles); }

void amx_end() { _tile_release(); }

}  // namespace alexnet::cpu
