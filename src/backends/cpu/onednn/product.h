#pragma once

#include <cstdint>

namespace alexnet::cpu::onednn {

/// C := alpha * op(A) op(B) + (add ? C : 0), row-major; op transposes where asked. op(A) is (rows, inner), op(B)
/// (inner, columns); `*_pitch` are the lengths of their stored rows. On the calling thread when called in a parallel
/// region.
struct Product {
  bool transpose_a = false, transpose_b = false;
  std::int64_t rows = 0, columns = 0, inner = 0;
  std::int64_t a_pitch = 0, b_pitch = 0, c_pitch = 0;
};
void multiply(const Product& p, float alpha, const float* a, const float* b, bool add, float* c);

}  // namespace alexnet::cpu::onednn
