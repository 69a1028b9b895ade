#include "isa.h"

namespace alexnet::cpu::ALEXNET_ISA {
namespace {

/// w := update(i) for each weight, and its moving average behind it while it is in cache. `update` is copied to every
/// thread, so that what it holds stays in registers.
template <class Update>
void for_each_weight(const AverageStep& average, float* w, std::int64_t n, Update update) {
  if (average.values == nullptr) {
#pragma omp parallel for simd firstprivate(update)
    for (std::int64_t i = 0; i < n; ++i) {
      w[i] = update(i);
    }
    return;
  }
  float* a = average.values;
  const float rest = average.rest;
#pragma omp parallel for simd firstprivate(update)
  for (std::int64_t i = 0; i < n; ++i) {
    const float fresh = update(i);
    w[i] = fresh;
    a[i] += rest * (fresh - a[i]);
  }
}

void sgd(const SgdStep& s, const AverageStep& average, const float* gradient, float* w, float* velocity,
         std::int64_t n) {
  const float rate = s.rate;
  const float momentum = s.momentum;
  const float decay = s.decay;
  const float scale = s.scale;
  // The step is w += own * (what this gradient adds) + kept * velocity.
  const float own = s.nesterov ? 1.0F : 0.0F;
  const float kept = s.nesterov ? momentum : 1.0F;
  if (s.rate_inside) {
    // v := momentum v - rate (g + decay w); w := w + v
    for_each_weight(average, w, n, [=](std::int64_t i) {
      const float fresh = -rate * (scale * gradient[i] + decay * w[i]);
      const float v = momentum * velocity[i] + fresh;
      velocity[i] = v;
      return w[i] + (own * fresh + kept * v);
    });
  } else {
    // b := momentum b + g + decay w; w := w - rate b
    for_each_weight(average, w, n, [=](std::int64_t i) {
      const float fresh = scale * gradient[i] + decay * w[i];
      const float b = momentum * velocity[i] + fresh;
      velocity[i] = b;
      return w[i] - rate * (own * fresh + kept * b);
    });
  }
}

// m := b1 m + (1-b1) g; v := b2 v + (1-b2) g^2; w -= rate m / (sqrt(v) + epsilon)
void adam(const AdamStep& s, const AverageStep& average, const float* gradient, float* w, float* m, float* v,
          std::int64_t n) {
  const float rate = s.rate;
  const float beta1 = s.beta1;
  const float beta2 = s.beta2;
  const float rest1 = s.rest1;
  const float rest2 = s.rest2;
  const float epsilon = s.epsilon;
  const float decay = s.decay;
  const float shrink = s.shrink;
  const float scale = s.scale;
  for_each_weight(average, w, n, [=](std::int64_t i) {
    const float g = scale * gradient[i] + decay * w[i];
    const float first = beta1 * m[i] + rest1 * g;
    const float second = beta2 * v[i] + rest2 * g * g;
    m[i] = first;
    v[i] = second;
    return shrink * w[i] - rate * first / (__builtin_sqrtf(second) + epsilon);
  });
}

/// In a fixed number of parts that are added up in order: the same on any number of threads.
double sum_of_squares(const float* x, std::int64_t n) {
  constexpr std::int64_t kParts = 64;
  double sums[kParts];
  const std::int64_t length = (n + kParts - 1) / kParts;
#pragma omp parallel for
  for (std::int64_t part = 0; part < kParts; ++part) {
    const std::int64_t end = smaller(n, (part + 1) * length);
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t i = part * length; i < end; ++i) {
      sum += static_cast<double>(x[i]) * static_cast<double>(x[i]);
    }
    sums[part] = sum;
  }
  double total = 0;
  for (const double sum : sums) {
    total += sum;
  }
  return total;
}

}  // namespace

void fill_update(Kernels& table) {
  table.sgd = sgd;
  table.adam = adam;
  table.sum_of_squares = sum_of_squares;
}

}  // namespace alexnet::cpu::ALEXNET_ISA
