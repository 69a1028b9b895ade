#include "image/resize_pass.h"

#include <algorithm>
#include <cstring>
#include <vector>

// Both passes are one kernel: a weighted sum of rows of bytes, lane by lane, which compilers turn into vector code.
// Along y the rows are those of the picture. Along x, kStrip rows at a time are transposed, so that a source column of
// the strip lies in one piece, and the result is transposed back.

namespace alexnet::detail {
namespace {

constexpr std::size_t kStrip = 16;   // rows of a strip = bytes of a small vector register
constexpr std::size_t kBlock = 256;  // sums kept in the first cache level
constexpr std::int32_t kHalf = 1 << (kWeightBits - 1);

/// One output row: out[i] = clamp((2^21 + sum_k in[k stride + i] weights[k]) >> 22) for i < count.
using WeightedRows = void (*)(const std::uint8_t* in, std::size_t stride, const std::int32_t* weights, int taps,
                              std::uint8_t* out, std::size_t count);

/// sums[i] += sum over kTaps rows; several rows a sweep save loads and stores of the sums.
template <int kTaps>
[[gnu::always_inline]] inline void add_rows(const std::uint8_t* __restrict in, std::size_t stride,
                                            const std::int32_t* __restrict weights, std::int32_t* __restrict sums,
                                            std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    std::int32_t sum = sums[i];
    for (int k = 0; k < kTaps; ++k) {
      sum += in[static_cast<std::size_t>(k) * stride + i] * weights[k];
    }
    sums[i] = sum;
  }
}

[[gnu::always_inline]] inline void weighted_rows(const std::uint8_t* in, std::size_t stride,
                                                 const std::int32_t* weights, int taps, std::uint8_t* __restrict out,
                                                 std::size_t count) {
  std::int32_t sums[kBlock];
  for (std::size_t begin = 0; begin < count; begin += kBlock) {
    const std::size_t lanes = std::min(kBlock, count - begin);
    std::fill_n(sums, lanes, kHalf);
    const std::uint8_t* row = in + begin;
    int k = 0;
    for (; k + 4 <= taps; k += 4, row += 4 * stride) {
      add_rows<4>(row, stride, weights + k, sums, lanes);
    }
    for (; k < taps; ++k, row += stride) {
      add_rows<1>(row, stride, weights + k, sums, lanes);
    }
    for (std::size_t i = 0; i < lanes; ++i) {
      out[begin + i] = static_cast<std::uint8_t>(std::clamp(sums[i] >> kWeightBits, 0, 255));
    }
  }
}

void weighted_rows_baseline(const std::uint8_t* in, std::size_t stride, const std::int32_t* weights, int taps,
                            std::uint8_t* out, std::size_t count) {
  weighted_rows(in, stride, weights, taps, out, count);
}

#if defined(__x86_64__)
// SSE2, the baseline of x86-64, has no 32-bit multiplication in lanes; AVX2 has.
[[gnu::target("avx2")]] void weighted_rows_avx2(const std::uint8_t* in, std::size_t stride, const std::int32_t* weights,
                                                int taps, std::uint8_t* out, std::size_t count) {
  weighted_rows(in, stride, weights, taps, out, count);
}

WeightedRows fastest_weighted_rows() {
  return __builtin_cpu_supports("avx2") != 0 ? weighted_rows_avx2 : weighted_rows_baseline;
}
#else
WeightedRows fastest_weighted_rows() { return weighted_rows_baseline; }
#endif

/// out[c out_stride + r] = in[r in_stride + c] for 16 x 16 bytes: four perfect shuffles of the 16 rows.
void transpose_16x16(const std::uint8_t* in, std::size_t in_stride, std::uint8_t* out, std::size_t out_stride) {
  using Bytes [[gnu::vector_size(16)]] = std::uint8_t;
  Bytes rows[16];
  Bytes next[16];
  for (std::size_t r = 0; r < 16; ++r) {
    std::memcpy(&rows[r], in + r * in_stride, 16);
  }
  for (int round = 0; round < 4; ++round) {
    for (std::size_t r = 0; r < 8; ++r) {
      next[2 * r] =
          __builtin_shufflevector(rows[r], rows[r + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      next[2 * r + 1] =
          __builtin_shufflevector(rows[r], rows[r + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
    std::copy_n(next, 16, rows);
  }
  for (std::size_t c = 0; c < 16; ++c) {
    std::memcpy(out + c * out_stride, &rows[c], 16);
  }
}

/// out[c out_stride + r] = in[r in_stride + c].
void transpose(const std::uint8_t* in, std::size_t in_stride, std::size_t rows, std::size_t columns, std::uint8_t* out,
               std::size_t out_stride) {
  for (std::size_t r = 0; r < rows; r += 16) {
    for (std::size_t c = 0; c < columns; c += 16) {
      if (r + 16 <= rows && c + 16 <= columns) {
        transpose_16x16(in + r * in_stride + c, in_stride, out + c * out_stride + r, out_stride);
        continue;
      }
      for (std::size_t y = r; y < std::min(r + 16, rows); ++y) {
        for (std::size_t x = c; x < std::min(c + 16, columns); ++x) {
          out[x * out_stride + y] = in[y * in_stride + x];
        }
      }
    }
  }
}

}  // namespace

Image resize_along_x(const Image& in, int first_row, int rows, const ResizeWindows& windows) {
  const WeightedRows kernel = fastest_weighted_rows();
  const auto channels = static_cast<std::size_t>(in.channels);
  const std::size_t in_bytes = static_cast<std::size_t>(in.width) * channels;
  const std::size_t out_bytes = windows.windows.size() * channels;
  const std::size_t column = channels * kStrip;  // bytes of one pixel column of a strip
  Image out(static_cast<int>(windows.windows.size()), rows, in.channels);
  std::vector<std::uint8_t> strip(in_bytes * kStrip);
  std::vector<std::uint8_t> resized(out_bytes * kStrip);
  for (int y = 0; y < rows; y += static_cast<int>(kStrip)) {
    const std::size_t height = std::min(kStrip, static_cast<std::size_t>(rows - y));
    transpose(in.row(first_row + y), in_bytes, height, in_bytes, strip.data(), kStrip);
    std::uint8_t* to = resized.data();
    for (const ResizeWindow& window : windows.windows) {
      kernel(strip.data() + static_cast<std::size_t>(window.first) * column, column,
             windows.weights.data() + window.weights, window.taps, to, column);
      to += column;
    }
    transpose(resized.data(), kStrip, out_bytes, height, out.row(y), out_bytes);
  }
  return out;
}

Image resize_along_y(const Image& in, int first_row, const ResizeWindows& windows) {
  const WeightedRows kernel = fastest_weighted_rows();
  const std::size_t row_bytes = static_cast<std::size_t>(in.width) * static_cast<std::size_t>(in.channels);
  Image out(in.width, static_cast<int>(windows.windows.size()), in.channels);
  for (int y = 0; y < out.height; ++y) {
    const ResizeWindow& window = windows.windows[static_cast<std::size_t>(y)];
    kernel(in.row(window.first - first_row), row_bytes, windows.weights.data() + window.weights, window.taps,
           out.row(y), row_bytes);
  }
  return out;
}

}  // namespace alexnet::detail
