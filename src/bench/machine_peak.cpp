#include "alexnet/bench/machine_peak.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <thread>
#include <vector>

#ifdef __x86_64__
#include <immintrin.h>
#endif
#ifdef __linux__
#include <sys/mman.h>
#endif

namespace alexnet::bench {
namespace {

// A multiply-add takes at least 4 cycles and two can start in each: 12 chains keep both units busy and fit into the 16
// registers of AVX2. Each begins at another value, or the compiler would find them equal and keep one.
constexpr int kChains = 12;
constexpr double kOperationsPerLane = 2.0 * kChains;
constexpr float kFactor = 0.999F;
constexpr float kTerm = 0.001F;

/// a = a * factor + term, `turns` times in every chain. Returns a number that depends on all of them.
using Loop = float (*)(std::int64_t turns);

float portable_loop(std::int64_t turns) {
  constexpr int kLanes = 4;
  float a[kChains * kLanes];
  for (int i = 0; i < kChains * kLanes; ++i) {
    a[i] = static_cast<float>(i);
  }
  for (std::int64_t t = 0; t < turns; ++t) {
    for (float& value : a) {
      value = value * kFactor + kTerm;
    }
  }
  float sum = 0;
  for (const float value : a) {
    sum += value;
  }
  return sum;
}

#ifdef __x86_64__
__attribute__((target("avx2,fma"))) float avx2_loop(std::int64_t turns) {
  const __m256 factor = _mm256_set1_ps(kFactor);
  const __m256 term = _mm256_set1_ps(kTerm);
  __m256 a[kChains];
  for (int i = 0; i < kChains; ++i) {
    a[i] = _mm256_set1_ps(static_cast<float>(i));
  }
  for (std::int64_t t = 0; t < turns; ++t) {
#pragma GCC unroll 12
    for (__m256& chain : a) {
      chain = _mm256_fmadd_ps(chain, factor, term);
    }
  }
  float sum = 0;
  for (const __m256& chain : a) {
    sum += _mm256_cvtss_f32(chain);
  }
  return sum;
}

__attribute__((target("avx512f"))) float avx512_loop(std::int64_t turns) {
  const __m512 factor = _mm512_set1_ps(kFactor);
  const __m512 term = _mm512_set1_ps(kTerm);
  __m512 a[kChains];
  for (int i = 0; i < kChains; ++i) {
    a[i] = _mm512_set1_ps(static_cast<float>(i));
  }
  for (std::int64_t t = 0; t < turns; ++t) {
#pragma GCC unroll 12
    for (__m512& chain : a) {
      chain = _mm512_fmadd_ps(chain, factor, term);
    }
  }
  float sum = 0;
  for (const __m512& chain : a) {
    sum += _mm512_cvtss_f32(chain);
  }
  return sum;
}
#endif

struct Variant {
  const char* instructions;
  Loop loop;
  int lanes;
};

Variant best_variant() {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx512f")) {
    return {"avx512f", avx512_loop, 16};
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    return {"avx2+fma", avx2_loop, 8};
  }
#endif
  return {"portable", portable_loop, 4};
}

/// Seconds until `work(thread)` is done by all of so many threads.
template <class Work>
double seconds_of(int threads, Work work) {
  std::vector<std::thread> workers;
  workers.reserve(static_cast<std::size_t>(threads));
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < threads; ++i) {
    workers.emplace_back([&work, i] { work(i); });
  }
  for (auto& worker : workers) {
    worker.join();
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Seconds that `threads` threads need for `turns` turns each.
double seconds(const Variant& variant, int threads, std::int64_t turns) {
  std::atomic<float> sink = 0;  // keeps the loops from being optimised away
  return seconds_of(threads, [&](int) { sink = variant.loop(turns); });
}

/// Numbers in huge pages where the system has them, as weights are kept.
struct Freed {
  void operator()(std::uint64_t* memory) const { std::free(memory); }  // NOLINT: of aligned_alloc
};
std::unique_ptr<std::uint64_t[], Freed> allocate(std::size_t count) {
  constexpr std::size_t kHugePage = 2U << 20U;
  const std::size_t bytes = (count * sizeof(std::uint64_t) + kHugePage - 1) / kHugePage * kHugePage;
  auto* memory = static_cast<std::uint64_t*>(std::aligned_alloc(kHugePage, bytes));
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
#ifdef __linux__
  static_cast<void>(madvise(memory, bytes, MADV_HUGEPAGE));  // a wish
#endif
  std::fill_n(memory, count, 1);
  return std::unique_ptr<std::uint64_t[], Freed>(memory);
}

constexpr std::size_t kStreams = 4;

/// The sum of `streams` parts of equal length, read side by side.
std::uint64_t sum_of(const std::uint64_t* values, std::size_t each) {
  constexpr std::size_t kLine = 8;
  std::uint64_t sums[kLine] = {};
  for (std::size_t at = 0; at + kLine <= each; at += kLine) {
    for (std::size_t stream = 0; stream < kStreams; ++stream) {
      const std::uint64_t* line = values + stream * each + at;
      for (std::size_t i = 0; i < kLine; ++i) {
        sums[i] += line[i];
      }
    }
  }
  std::uint64_t sum = 0;
  for (const std::uint64_t part : sums) {
    sum += part;
  }
  return sum;
}

}  // namespace

MachinePeak measure_peak(int threads) {
  constexpr double kRoundSeconds = 0.05;  // long against the start of a thread
  constexpr std::int64_t kFirstTurns = 1 << 20;
  constexpr int kRounds = 10;
  const Variant variant = best_variant();
  const double first = seconds(variant, threads, kFirstTurns);
  const auto turns = static_cast<std::int64_t>(static_cast<double>(kFirstTurns) * kRoundSeconds / first) + 1;
  double best = seconds(variant, threads, turns);
  for (int round = 1; round < kRounds; ++round) {
    best = std::min(best, seconds(variant, threads, turns));
  }
  const double operations = kOperationsPerLane * variant.lanes * static_cast<double>(turns) * threads;
  return {variant.instructions, threads, operations / best * 1e-9};
}

double measure_read_speed(int threads) {
  constexpr std::size_t kBytes = 512U << 20U;  // more than caches hold
  constexpr int kRounds = 5;
  constexpr std::size_t kApart = 9 * 64 / sizeof(std::uint64_t);  // or all streams would fall into the same lines
  const std::size_t each = kBytes / sizeof(std::uint64_t) / static_cast<std::size_t>(threads) / kStreams + kApart;
  const std::size_t count = each * kStreams * static_cast<std::size_t>(threads);
  const auto values = allocate(count);
  std::atomic<std::uint64_t> sink = 0;
  const auto round = [&] {
    return seconds_of(threads, [&](int thread) {
      sink = sum_of(values.get() + static_cast<std::size_t>(thread) * each * kStreams, each);
    });
  };
  double best = round();
  for (int i = 1; i < kRounds; ++i) {
    best = std::min(best, round());
  }
  return static_cast<double>(count * sizeof(std::uint64_t)) / best * 1e-9;
}

}  // namespace alexnet::bench
