#include "fourier.h"

#include "isa.h"

// No fast transform: sums of cosines and sines over rows, then over columns. Each number below is a vector of channels
// that lie side by side, so one broadcast coefficient serves 16 of them; kFourierBlock results are summed at a time.

namespace alexnet::cpu::ALEXNET_ISA {
namespace {

constexpr std::int64_t kBlock = kFourierBlock;
constexpr std::int64_t kMostHalf = kMostFourierSize / 2 + 1 + kBlock;
constexpr std::int64_t kMostPadded = kMostFourierSize + kBlock;

constexpr std::int64_t padded(std::int64_t n) { return (n + kBlock - 1) / kBlock * kBlock; }

template <int Lanes>
struct Vector {
  using Value [[gnu::vector_size(Lanes * sizeof(float))]] = float;
  using Stored [[gnu::vector_size(Lanes * sizeof(float)), gnu::aligned(4), gnu::may_alias]] = float;
};

template <int Lanes>
inline typename Vector<Lanes>::Value load(const float* from) {
  return *reinterpret_cast<const typename Vector<Lanes>::Stored*>(from);
}
template <int Lanes>
inline void store(float* to, typename Vector<Lanes>::Value value) {
  *reinterpret_cast<typename Vector<Lanes>::Stored*>(to) = value;
}

// F[u][v] = sum_h e^(-2 pi i u h / N) sum_w e^(-2 pi i v w / N) x[h][w]
template <int Lanes>
void forward_lanes(const FourierMap& m, const float* map, float* spectrum) {
  using V = typename Vector<Lanes>::Value;
  const std::int64_t half = m.size / 2 + 1;
  const std::int64_t row_pitch = padded(half);
  const std::int64_t column_pitch = padded(m.size);
  V re[kMostHalf * kMostFourierSize];  // [v][h]
  V im[kMostHalf * kMostFourierSize];
  for (std::int64_t h = 0; h < m.height; ++h) {
    const float* row = map + h * m.row_stride;
    for (std::int64_t v = 0; v < half; v += kBlock) {
      V a[kBlock] = {};
      V b[kBlock] = {};
      const float* cosine = m.along_rows_cos + v;
      const float* sine = m.along_rows_sin + v;
      for (std::int64_t w = 0; w < m.width; ++w, cosine += row_pitch, sine += row_pitch) {
        const V x = load<Lanes>(row + w * m.pixel_stride);
        for (std::int64_t j = 0; j < kBlock; ++j) {
          a[j] += x * cosine[j];
          b[j] -= x * sine[j];
        }
      }
      for (std::int64_t j = 0; j < kBlock; ++j) {
        re[(v + j) * m.height + h] = a[j];
        im[(v + j) * m.height + h] = b[j];
      }
    }
  }
  for (std::int64_t v = 0; v < half; ++v) {
    for (std::int64_t u = 0; u < m.size; u += kBlock) {
      V a[kBlock] = {};
      V b[kBlock] = {};
      const float* cosine = m.along_columns_cos + u;
      const float* sine = m.along_columns_sin + u;
      for (std::int64_t h = 0; h < m.height; ++h, cosine += column_pitch, sine += column_pitch) {
        const V x = re[v * m.height + h];
        const V y = im[v * m.height + h];
        for (std::int64_t j = 0; j < kBlock; ++j) {
          a[j] += x * cosine[j] + y * sine[j];
          b[j] += y * cosine[j] - x * sine[j];
        }
      }
      for (std::int64_t j = 0; j < kBlock && u + j < m.size; ++j) {
        float* to = spectrum + ((u + j) * half + v) * m.frequency_stride;
        store<Lanes>(to, a[j]);
        store<Lanes>(to + m.imaginary, b[j]);
      }
    }
  }
}

// x[h][w] = 1/N^2 sum_v c_v Re(e^(2 pi i v w / N) sum_u e^(2 pi i u h / N) F[u][v]), c_0 = 1, else 2 (in the tables);
// then + bias, and max(., 0) with relu.
template <int Lanes>
void inverse_lanes(const FourierMap& m, const float* spectrum, const float* bias, bool relu, float* map) {
  using V = typename Vector<Lanes>::Value;
  const std::int64_t half = m.size / 2 + 1;
  const std::int64_t row_pitch = padded(m.width);
  const std::int64_t column_pitch = padded(m.height);
  V re[kMostHalf * kMostPadded];  // [h][v]
  V im[kMostHalf * kMostPadded];
  for (std::int64_t v = 0; v < half; ++v) {
    V column_re[kMostFourierSize];
    V column_im[kMostFourierSize];
    for (std::int64_t u = 0; u < m.size; ++u) {
      const float* from = spectrum + (u * half + v) * m.frequency_stride;
      column_re[u] = load<Lanes>(from);
      column_im[u] = load<Lanes>(from + m.imaginary);
    }
    for (std::int64_t h = 0; h < m.height; h += kBlock) {
      V a[kBlock] = {};
      V b[kBlock] = {};
      const float* cosine = m.along_columns_cos + h;
      const float* sine = m.along_columns_sin + h;
      for (std::int64_t u = 0; u < m.size; ++u, cosine += column_pitch, sine += column_pitch) {
        const V x = column_re[u];
        const V y = column_im[u];
        for (std::int64_t j = 0; j < kBlock; ++j) {
          a[j] += x * cosine[j] - y * sine[j];
          b[j] += y * cosine[j] + x * sine[j];
        }
      }
      for (std::int64_t j = 0; j < kBlock; ++j) {
        re[(h + j) * half + v] = a[j];
        im[(h + j) * half + v] = b[j];
      }
    }
  }
  const V start = bias != nullptr ? load<Lanes>(bias) : V{};
  for (std::int64_t h = 0; h < m.height; ++h) {
    for (std::int64_t w = 0; w < m.width; w += kBlock) {
      V a[kBlock];
      for (std::int64_t j = 0; j < kBlock; ++j) {
        a[j] = start;
      }
      const float* cosine = m.along_rows_cos + w;
      const float* sine = m.along_rows_sin + w;
      for (std::int64_t v = 0; v < half; ++v, cosine += row_pitch, sine += row_pitch) {
        const V x = re[h * half + v];
        const V y = im[h * half + v];
        for (std::int64_t j = 0; j < kBlock; ++j) {
          a[j] += x * cosine[j] - y * sine[j];
        }
      }
      for (std::int64_t j = 0; j < kBlock && w + j < m.width; ++j) {
        float* to = map + h * m.row_stride + (w + j) * m.pixel_stride;
        store<Lanes>(to, relu ? (a[j] <= 0 ? V{} : a[j]) : a[j]);
      }
    }
  }
}

void fourier_forward(const FourierMap& m, const float* map, float* spectrum) {
  m.lanes == 16 ? forward_lanes<16>(m, map, spectrum) : forward_lanes<8>(m, map, spectrum);
}

void fourier_inverse(const FourierMap& m, const float* spectrum, const float* bias, bool relu, float* map) {
  m.lanes == 16 ? inverse_lanes<16>(m, spectrum, bias, relu, map) : inverse_lanes<8>(m, spectrum, bias, relu, map);
}

}  // namespace

void fill_fourier(Kernels& table) {
  table.fourier_forward = fourier_forward;
  table.fourier_inverse = fourier_inverse;
}

}  // namespace alexnet::cpu::ALEXNET_ISA
