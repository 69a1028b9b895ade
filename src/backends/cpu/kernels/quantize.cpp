#include "isa.h"

namespace alexnet::cpu::ALEXNET_ISA {
namespace {

// 1.5 * 2^23: a float of this size has no bits behind the point, so adding it rounds to a whole number, to an even one
// at a tie, and its lowest byte is that number's (two's complement). NaN passes the bounds, and its lowest byte is 0.
constexpr float kWhole = 12582912.0F;

template <class T>
inline T rounded(const Rounding& by, float x) {
  float value = x * by.inverse;
  value = value < by.lowest ? by.lowest : value;
  value = value > by.highest ? by.highest : value;
  return static_cast<T>(__builtin_bit_cast(std::int32_t, value + kWhole));
}

template <class T>
void quantize(const float* x, const Rounding& by, T* q, std::int64_t n) {
#pragma omp parallel for simd
  for (std::int64_t i = 0; i < n; ++i) {
    q[i] = rounded<T>(by, x[i]);
  }
}

void quantize_unsigned(const float* x, float inverse, std::uint8_t* q, std::int64_t n) {
  quantize(x, {inverse, 0, 255}, q, n);
}

void quantize_signed(const float* x, float inverse, std::int8_t* q, std::int64_t n) {
  quantize(x, {inverse, -127, 127}, q, n);
}

void quantize_wide(const float* x, const Rounding& rounding, std::int16_t* q, std::int64_t n) {
  const Rounding by = rounding;
  for (std::int64_t i = 0; i < n; ++i) {
    q[i] = rounded<std::int16_t>(by, x[i]);
  }
}

void round_to_steps(const float* x, const Rounding& rounding, float step, float* y, std::int64_t n) {
  const Rounding by = rounding;
#pragma omp parallel for simd
  for (std::int64_t i = 0; i < n; ++i) {
    y[i] = static_cast<float>(rounded<std::int16_t>(by, x[i])) * step;
  }
}

inline std::uint32_t bf16_bits(float x) {
  const auto bits = __builtin_bit_cast(std::uint32_t, x);
  const std::uint32_t rounded = bits + 0x7fff + ((bits >> 16) & 1);
  return x == x ? rounded : bits | 0x400000;  // NaN stays
}

void round_to_bf16(const float* x, float* y, std::int64_t n) {
#pragma omp parallel for simd
  for (std::int64_t i = 0; i < n; ++i) {
    y[i] = __builtin_bit_cast(float, bf16_bits(x[i]) & 0xffff0000);
  }
}

void to_bf16(const float* x, std::uint16_t* y, std::int64_t n) {
#pragma omp parallel for simd
  for (std::int64_t i = 0; i < n; ++i) {
    y[i] = static_cast<std::uint16_t>(bf16_bits(x[i]) >> 16);
  }
}

}  // namespace

void fill_quantize(Kernels& table) {
  table.quantize_unsigned = quantize_unsigned;
  table.quantize_signed = quantize_signed;
  table.quantize_wide = quantize_wide;
  table.round_to_bf16 = round_to_bf16;
  table.to_bf16 = to_bf16;
  table.round_to_steps = round_to_steps;
}

}  // namespace alexnet::cpu::ALEXNET_ISA
