#include "isa.h"

namespace alexnet::cpu::ALEXNET_ISA {
namespace {

void sgd(const SgdStep& s, const float* gradient, float* w, float* velocity, std::int64_t n) {
  const float rate = s.rate;
  const float momentum = s.momentum;
  const float decay = s.decay;
  // The step is w += own * (what this gradient adds) + kept * velocity.
  const float own = s.nesterov ? 1.0F : 0.0F;
  const float kept = s.nesterov ? momentum : 1.0F;
  if (s.rate_inside) {
    // v := momentum v - rate (g + decay w); w := w + v
#pragma omp parallel for simd
    for (std::int64_t i = 0; i < n; ++i) {
      const float fresh = -rate * (gradient[i] + decay * w[i]);
      const float v = momentum * velocity[i] + fresh;
      velocity[i] = v;
      w[i] += own * fresh + kept * v;
    }
  } else {
    // b := momentum b + g + decay w; w := w - rate b
#pragma omp parallel for simd
    for (std::int64_t i = 0; i < n; ++i) {
      const float fresh = gradient[i] + decay * w[i];
      const float b = momentum * velocity[i] + fresh;
      velocity[i] = b;
      w[i] -= rate * (own * fresh + kept * b);
    }
  }
}

// m := b1 m + (1-b1) g; v := b2 v + (1-b2) g^2; w -= rate m / (sqrt(v) + epsilon)
void adam(const AdamStep& s, const float* gradient, float* w, float* m, float* v, std::int64_t n) {
  const float rate = s.rate;
  const float beta1 = s.beta1;
  const float beta2 = s.beta2;
  const float rest1 = s.rest1;
  const float rest2 = s.rest2;
  const float epsilon = s.epsilon;
  const float decay = s.decay;
  const float shrink = s.shrink;
#pragma omp parallel for simd
  for (std::int64_t i = 0; i < n; ++i) {
    const float g = gradient[i] + decay * w[i];
    const float first = beta1 * m[i] + rest1 * g;
    const float second = beta2 * v[i] + rest2 * g * g;
    m[i] = first;
    v[i] = second;
    w[i] = shrink * w[i] - rate * first / (__builtin_sqrtf(second) + epsilon);
  }
}

}  // namespace

void fill_update(Kernels& table) {
  table.sgd = sgd;
  table.adam = adam;
}

}  // namespace alexnet::cpu::ALEXNET_ISA
