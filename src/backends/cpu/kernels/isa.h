#pragma once

// The sources of this folder are compiled once for each instruction set, each time into another namespace. They use no
// function of the standard library that is not inlined by the language: a linker might keep the AVX-512 copy for all.

#include <cstdint>

#include "kernels.h"

#ifndef ALEXNET_ISA
#define ALEXNET_ISA baseline
#endif

namespace alexnet::cpu::ALEXNET_ISA {

static inline std::int64_t smaller(std::int64_t a, std::int64_t b) { return a < b ? a : b; }
static inline std::int64_t larger(std::int64_t a, std::int64_t b) { return a > b ? a : b; }

/// A number that the compiler knows.
template <int N>
struct Count {
  static constexpr int kCount = N;
  constexpr operator std::int64_t() const { return N; }  // NOLINT: it stands for the number
};
/// A number of channels side by side that it does not know (16 at most).
struct AnyLanes {
  std::int64_t count;
  operator std::int64_t() const { return count; }  // NOLINT: it stands for the number
};
constexpr std::int64_t kMostLanes = 16;

/// Calls f(lanes, first) so that all `lanes` channels that stand side by side are covered, 16 at most at a time.
template <class F>
static inline void for_lanes(std::int64_t lanes, F f) {
  switch (lanes) {
    case 16:
      return f(Count<16>{}, std::int64_t{0});
    case 8:
      return f(Count<8>{}, std::int64_t{0});
    case 1:
      return f(Count<1>{}, std::int64_t{0});
    default:
      for (std::int64_t first = 0; first < lanes; first += kMostLanes) {
        f(AnyLanes{smaller(kMostLanes, lanes - first)}, first);
      }
  }
}

// One function a source, which fills its entries of the table.
void fill_elementwise(Kernels& table);
void fill_quantize(Kernels& table);
void fill_pooling(Kernels& table);
void fill_lrn(Kernels& table);
void fill_batch_norm(Kernels& table);
void fill_dropout(Kernels& table);
void fill_fourier(Kernels& table);
void fill_integers(Kernels& table);
void fill_product(Kernels& table);
void fill_update(Kernels& table);
void fill_winograd(Kernels& table);

}  // namespace alexnet::cpu::ALEXNET_ISA
