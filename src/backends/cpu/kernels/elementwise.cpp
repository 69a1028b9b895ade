#include <math.h>

#include "isa.h"

namespace alexnet::cpu::ALEXNET_ISA {
namespace {

void relu(const float* x, float* y, std::int64_t n) {
#pragma omp parallel for simd
  for (std::int64_t i = 0; i < n; ++i) {
    y[i] = x[i] <= 0 ? 0 : x[i];  // NaN stays NaN, and is found in the loss
  }
}

void relu_backward(const float* y, const float* dy, float* dx, std::int64_t n) {
#pragma omp parallel for simd
  for (std::int64_t i = 0; i < n; ++i) {
    dx[i] = y[i] > 0 ? dy[i] : 0;
  }
}

void tanh(const float* x, float* y, std::int64_t n) {
#pragma omp parallel for
  for (std::int64_t i = 0; i < n; ++i) {
    y[i] = ::tanhf(x[i]);
  }
}

// d tanh = 1 - y^2
void tanh_backward(const float* y, const float* dy, float* dx, std::int64_t n) {
#pragma omp parallel for simd
  for (std::int64_t i = 0; i < n; ++i) {
    dx[i] = dy[i] * (1 - y[i] * y[i]);
  }
}

void sigmoid(const float* x, float* y, std::int64_t n) {
#pragma omp parallel for
  for (std::int64_t i = 0; i < n; ++i) {
    y[i] = 1 / (1 + ::expf(-x[i]));
  }
}

// d sigmoid = y (1 - y)
void sigmoid_backward(const float* y, const float* dy, float* dx, std::int64_t n) {
#pragma omp parallel for simd
  for (std::int64_t i = 0; i < n; ++i) {
    dx[i] = dy[i] * y[i] * (1 - y[i]);
  }
}

void scale(const float* x, float* y, float factor, std::int64_t n) {
#pragma omp parallel for simd
  for (std::int64_t i = 0; i < n; ++i) {
    y[i] = x[i] * factor;
  }
}

void add(const float* x, float* y, std::int64_t n) {
#pragma omp parallel for simd
  for (std::int64_t i = 0; i < n; ++i) {
    y[i] += x[i];
  }
}

}  // namespace

void fill_elementwise(Kernels& table) {
  table.relu = relu;
  table.relu_backward = relu_backward;
  table.tanh = tanh;
  table.tanh_backward = tanh_backward;
  table.sigmoid = sigmoid;
  table.sigmoid_backward = sigmoid_backward;
  table.scale = scale;
  table.add = add;
}

}  // namespace alexnet::cpu::ALEXNET_ISA
