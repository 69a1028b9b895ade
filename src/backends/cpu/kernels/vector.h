#pragma once

#ifdef __AVX__
#include <immintrin.h>
#endif

#include "isa.h"

// Vectors of floats in the compiler's own notation: each instruction set gets what it has.

namespace alexnet::cpu::ALEXNET_ISA {

/// Floats of a register, and how many of the registers may hold sums.
#ifdef __AVX512F__
constexpr int kRegisterFloats = 16;
constexpr int kSums = 24;
#else
constexpr int kRegisterFloats = 8;
constexpr int kSums = 12;
#endif

template <int Floats>
struct Vector {
  using Value [[gnu::vector_size(Floats * sizeof(float))]] = float;
  using Stored [[gnu::vector_size(Floats * sizeof(float)), gnu::aligned(4), gnu::may_alias]] = float;
};

template <int Floats>
inline typename Vector<Floats>::Value load(const float* from) {
  return *reinterpret_cast<const typename Vector<Floats>::Stored*>(from);
}
template <int Floats>
inline void store(float* to, typename Vector<Floats>::Value value) {
  *reinterpret_cast<typename Vector<Floats>::Stored*>(to) = value;
}

/// Past the caches, for what is read only after they have been filled with other things; `to` aligned to the vector.
/// The thread calls stream_end() before others read.
template <int Floats>
inline void stream(float* to, typename Vector<Floats>::Value value) {
#ifdef __AVX512F__
  if constexpr (Floats == 16) {
    return _mm512_stream_ps(to, reinterpret_cast<__m512>(value));
  }
#endif
#ifdef __AVX__
  if constexpr (Floats == 8) {
    return _mm256_stream_ps(to, reinterpret_cast<__m256>(value));
  }
#endif
  store<Floats>(to, value);
}
inline void stream_end() {
#ifdef __AVX__
  _mm_sfence();
#endif
}

/// Calls f(Count<floats of a vector>{}, first lane) for blocks of 16 or 8 lanes.
template <class F>
inline void for_blocks(std::int64_t lanes, F f) {
  if (lanes == kRegisterFloats) {
    return f(Count<kRegisterFloats>{}, std::int64_t{0});
  }
  for (std::int64_t first = 0; first < lanes; first += 8) {
    f(Count<8>{}, first);
  }
}

/// The same for any number of lanes; those of the rest one by one.
template <class F>
inline void for_vectors(std::int64_t lanes, F f) {
  std::int64_t first = 0;
  for (; first + kRegisterFloats <= lanes; first += kRegisterFloats) {
    f(Count<kRegisterFloats>{}, first);
  }
  for (; first + 8 <= lanes; first += 8) {
    f(Count<8>{}, first);
  }
  for (; first < lanes; ++first) {
    f(Count<1>{}, first);
  }
}

}  // namespace alexnet::cpu::ALEXNET_ISA
