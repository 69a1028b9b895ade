#pragma once

#include <string>

namespace alexnet::bench {

/// What the arithmetic units of this machine reach where no memory is in the way.
struct MachinePeak {
  std::string instructions;  ///< "avx512f", "avx2+fma" or "portable": what the loop used
  int threads = 0;
  double gflops = 0;  ///< of all threads together, 2 operations a fused multiply-add
};

/// Runs independent f32 multiply-adds on registers, on `threads` threads at once: the best of several short rounds.
/// The loop is chosen when the program runs, so the build needs no flags for one machine.
[[nodiscard]] MachinePeak measure_peak(int threads);

/// Gigabytes a second that `threads` threads read from memory together, each by four streams: the best of some rounds
/// over 512 MiB.
[[nodiscard]] double measure_read_speed(int threads);

}  // namespace alexnet::bench
