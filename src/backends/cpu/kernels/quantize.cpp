#include "isa.h"

namespace alexnet::cpu::ALEXNET_ISA {
namespace {

// 1.5 * 2^23: a float of this size has no bits behind the point, so adding it rounds to a whole number, to an even one
// at a tie, and its lowest byte is that number's (two's complement). NaN passes the bounds, and its lowest byte is 0.
constexpr float kWhole = 12582912.0F;

template <class T>
void quantize(const float* x, float inverse, float lowest, float highest, T* q, std::int64_t n) {
#pragma omp parallel for simd
  for (std::int64_t i = 0; i < n; ++i) {
    float value = x[i] * inverse;
    value = value < lowest ? lowest : value;
    value = value > highest ? highest : value;
    q[i] = static_cast<T>(__builtin_bit_cast(std::int32_t, value + kWhole));
  }
}

void quantize_unsigned(const float* x, float inverse, std::uint8_t* q, std::int64_t n) {
  quantize<std::uint8_t>(x, inverse, 0, 255, q, n);
}

void quantize_signed(const float* x, float inverse, std::int8_t* q, std::int64_t n) {
  quantize<std::int8_t>(x, inverse, -127, 127, q, n);
}

}  // namespace

void fill_quantize(Kernels& table) {
  table.quantize_unsigned = quantize_unsigned;
  table.quantize_signed = quantize_signed;
}

}  // namespace alexnet::cpu::ALEXNET_ISA
