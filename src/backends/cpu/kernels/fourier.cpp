#include "fourier.h"

#include "vector.h"

// No fast transform: sums of cosines and sines over a row, then over the rows. Each number below is a vector of
// channels that lie side by side. What stands as far before the middle as behind it has the same cosine and the
// opposite sine, and so have the frequencies u and -u: sums and differences of such pairs halve the multiplications
// along a row, and quarter them over the rows.

namespace alexnet::cpu::ALEXNET_ISA {
namespace {

constexpr std::int64_t kBlock = kFourierBlock;
constexpr std::int64_t kTwoSums = kSums >= 16 ? 4 : 2;  ///< frequencies at a time where each has four sums
constexpr std::int64_t kMostHalf = kMostFourierSize / 2 + 1 + kBlock;

constexpr std::int64_t padded(std::int64_t n) { return (n + kBlock - 1) / kBlock * kBlock; }

/// even[j] := x(high + j) + x(low - j), odd[j] := x(high + j) - x(low - j); what is not there counts as 0.
template <class V, class At>
inline void fold(const FourierAxis& axis, V* even, V* odd, At x) {
  for (std::int64_t j = 0; j < axis.pairs; ++j) {
    const V above = axis.high + j < axis.extent ? x(axis.high + j) : V{};
    const V below = axis.low - j >= 0 ? x(axis.low - j) : V{};
    even[j] = above + below;
    odd[j] = above - below;
  }
}

/// What four sums over pairs give, of complex numbers: even parts by the cosine, odd parts by the sine.
template <class V>
struct Sums {
  V even_re[kTwoSums] = {};
  V even_im[kTwoSums] = {};
  V odd_re[kTwoSums] = {};
  V odd_im[kTwoSums] = {};
};

template <class V>
struct Folded {
  V even_re[kMostHalf], even_im[kMostHalf], odd_re[kMostHalf], odd_im[kMostHalf];
};

template <class V>
inline Sums<V> sum_pairs(const Folded<V>& x, std::int64_t count, const float* cosine, const float* sine,
                         std::int64_t pitch) {
  Sums<V> s;
  for (std::int64_t j = 0; j < count; ++j, cosine += pitch, sine += pitch) {
    for (std::int64_t k = 0; k < kTwoSums; ++k) {
      s.even_re[k] += x.even_re[j] * cosine[k];
      s.even_im[k] += x.even_im[j] * cosine[k];
      s.odd_re[k] += x.odd_re[j] * sine[k];
      s.odd_im[k] += x.odd_im[j] * sine[k];
    }
  }
  return s;
}

// F[u][v] = sum_h e^(-2 pi i u h / N) sum_w e^(-2 pi i v w / N) x[h][w], h and w from the middle
template <int Width, bool Large>
void forward_lanes(const FourierMap& m, const float* map, float* spectrum) {
  using V = typename Vector<Width>::Value;
  const std::int64_t half = m.size / 2 + 1;
  const std::int64_t pitch = padded(half);
  const FourierAxis& rows = m.rows;
  const FourierAxis& columns = m.columns;
  V re[kMostHalf * kMostFourierSize];  // [v][h]
  V im[kMostHalf * kMostFourierSize];
  for (std::int64_t h = 0; h < rows.extent; ++h) {
    const float* row = map + h * m.row_stride;
    V even[kMostHalf];
    V odd[kMostHalf];
    fold(columns, even, odd, [&](std::int64_t w) { return load<Width>(row + w * m.pixel_stride); });
    for (std::int64_t v = 0; v < half; v += kBlock) {
      V a[kBlock] = {};
      V b[kBlock] = {};
      const float* cosine = columns.forward_cos + v;
      const float* sine = columns.forward_sin + v;
      for (std::int64_t j = 0; j < columns.pairs; ++j, cosine += pitch, sine += pitch) {
        for (std::int64_t k = 0; k < kBlock; ++k) {
          a[k] += even[j] * cosine[k];
          b[k] -= odd[j] * sine[k];
        }
      }
      for (std::int64_t k = 0; k < kBlock; ++k) {
        re[(v + k) * rows.extent + h] = a[k];
        im[(v + k) * rows.extent + h] = b[k];
      }
    }
  }
  const auto put = [](float* to, V value) { Large ? stream<Width>(to, value) : store<Width>(to, value); };
  for (std::int64_t v = 0; v < half; ++v) {
    Folded<V> x;
    fold(rows, x.even_re, x.odd_re, [&](std::int64_t h) { return re[v * rows.extent + h]; });
    fold(rows, x.even_im, x.odd_im, [&](std::int64_t h) { return im[v * rows.extent + h]; });
    for (std::int64_t u = 0; u < half; u += kTwoSums) {
      const Sums<V> s = sum_pairs(x, rows.pairs, rows.forward_cos + u, rows.forward_sin + u, pitch);
      for (std::int64_t k = 0; k < kTwoSums && u + k < half; ++k) {
        float* to = spectrum + ((u + k) * half + v) * m.frequency_stride;
        put(to, s.even_re[k] + s.odd_im[k]);
        put(to + m.lanes, s.even_im[k] - s.odd_re[k]);
        if (u + k > 0) {
          float* negative = spectrum + ((m.size - u - k) * half + v) * m.frequency_stride;
          put(negative, s.even_re[k] - s.odd_im[k]);
          put(negative + m.lanes, s.even_im[k] + s.odd_re[k]);
        }
      }
    }
  }
}

// x[h][w] = 1/N^2 sum_v c_v Re(e^(2 pi i v w / N) sum_u e^(2 pi i u h / N) F[u][v]), c_0 = 1, else 2 (in the tables);
// then + bias, and max(., 0) with relu.
template <int Width>
void inverse_lanes(const FourierMap& m, const float* spectrum, const float* bias, bool relu, float* map) {
  using V = typename Vector<Width>::Value;
  const std::int64_t half = m.size / 2 + 1;
  const FourierAxis& rows = m.rows;
  const FourierAxis& columns = m.columns;
  const std::int64_t row_pitch = padded(rows.pairs);
  const std::int64_t column_pitch = padded(columns.pairs);
  V re[kMostFourierSize * kMostHalf];  // [h][v]
  V im[kMostFourierSize * kMostHalf];
  for (std::int64_t v = 0; v < half; ++v) {
    Folded<V> x;
    for (std::int64_t u = 0; u < half; ++u) {
      const float* at = spectrum + (u * half + v) * m.frequency_stride;
      const float* negative = spectrum + ((u > 0 ? m.size - u : 0) * half + v) * m.frequency_stride;
      __builtin_prefetch(at + 2 * m.lanes);  // of the map that follows
      __builtin_prefetch(negative + 2 * m.lanes);
      x.even_re[u] = load<Width>(at) + load<Width>(negative);
      x.even_im[u] = load<Width>(at + m.lanes) + load<Width>(negative + m.lanes);
      x.odd_re[u] = load<Width>(at) - load<Width>(negative);
      x.odd_im[u] = load<Width>(at + m.lanes) - load<Width>(negative + m.lanes);
    }
    for (std::int64_t j = 0; j < rows.pairs; j += kTwoSums) {
      const Sums<V> s = sum_pairs(x, half, rows.inverse_cos + j, rows.inverse_sin + j, row_pitch);
      for (std::int64_t k = 0; k < kTwoSums; ++k) {
        if (const std::int64_t h = rows.high + j + k; h < rows.extent) {
          re[h * half + v] = s.even_re[k] - s.odd_im[k];
          im[h * half + v] = s.even_im[k] + s.odd_re[k];
        }
        if (const std::int64_t h = rows.low - j - k; h >= 0) {
          re[h * half + v] = s.even_re[k] + s.odd_im[k];
          im[h * half + v] = s.even_im[k] - s.odd_re[k];
        }
      }
    }
  }
  const V start = bias != nullptr ? load<Width>(bias) : V{};
  const auto put = [&](float* to, V value) { store<Width>(to, relu ? (value <= 0 ? V{} : value) : value); };
  for (std::int64_t h = 0; h < rows.extent; ++h) {
    float* row = map + h * m.row_stride;
    for (std::int64_t j = 0; j < columns.pairs; j += kBlock) {
      V a[kBlock];
      V b[kBlock] = {};
      for (std::int64_t k = 0; k < kBlock; ++k) {
        a[k] = start;
      }
      const float* cosine = columns.inverse_cos + j;
      const float* sine = columns.inverse_sin + j;
      for (std::int64_t v = 0; v < half; ++v, cosine += column_pitch, sine += column_pitch) {
        for (std::int64_t k = 0; k < kBlock; ++k) {
          a[k] += re[h * half + v] * cosine[k];
          b[k] += im[h * half + v] * sine[k];
        }
      }
      for (std::int64_t k = 0; k < kBlock; ++k) {
        if (const std::int64_t w = columns.high + j + k; w < columns.extent) {
          put(row + w * m.pixel_stride, a[k] - b[k]);
        }
        if (const std::int64_t w = columns.low - j - k; w >= 0) {
          put(row + w * m.pixel_stride, a[k] + b[k]);
        }
      }
    }
  }
}

void fourier_forward(const FourierMap& m, const float* map, float* spectrum) {
  for_blocks(m.lanes, [&](auto width, std::int64_t first) {
    constexpr int kWidth = decltype(width)::kCount;
    m.large ? forward_lanes<kWidth, true>(m, map + first, spectrum + first)
            : forward_lanes<kWidth, false>(m, map + first, spectrum + first);
  });
  stream_end();
}

void fourier_inverse(const FourierMap& m, const float* spectrum, const float* bias, bool relu, float* map) {
  for_blocks(m.lanes, [&](auto width, std::int64_t first) {
    inverse_lanes<decltype(width)::kCount>(m, spectrum + first, bias != nullptr ? bias + first : nullptr, relu,
                                           map + first);
  });
}

/// to[c][f] := from[f][c] of 8 x 8 floats.
inline void transpose8(const float* from, std::int64_t from_pitch, float* to, std::int64_t to_pitch) {
  using V = typename Vector<8>::Value;
  V x[8];
  V y[8];
  for (int i = 0; i < 8; ++i) {
    x[i] = load<8>(from + i * from_pitch);
  }
  for (int i = 0; i < 8; i += 2) {
    y[i] = __builtin_shufflevector(x[i], x[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    y[i + 1] = __builtin_shufflevector(x[i], x[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  for (int i = 0; i < 8; i += 4) {
    for (int k = 0; k < 2; ++k) {
      x[i + 2 * k] = __builtin_shufflevector(y[i + k], y[i + k + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      x[i + 2 * k + 1] = __builtin_shufflevector(y[i + k], y[i + k + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  }
  for (int i = 0; i < 4; ++i) {
    store<8>(to + i * to_pitch, __builtin_shufflevector(x[i], x[i + 4], 0, 1, 2, 3, 8, 9, 10, 11));
    store<8>(to + (i + 4) * to_pitch, __builtin_shufflevector(x[i], x[i + 4], 4, 5, 6, 7, 12, 13, 14, 15));
  }
}

void transpose(std::int64_t side, const float* from, std::int64_t from_pitch, float* to, std::int64_t to_pitch) {
  for (std::int64_t i = 0; i < side; i += 8) {
    for (std::int64_t j = 0; j < side; j += 8) {
      transpose8(from + i * from_pitch + j, from_pitch, to + j * to_pitch + i, to_pitch);
    }
  }
}

}  // namespace

void fill_fourier(Kernels& table) {
  table.fourier_forward = fourier_forward;
  table.fourier_inverse = fourier_inverse;
  table.transpose = transpose;
}

}  // namespace alexnet::cpu::ALEXNET_ISA
