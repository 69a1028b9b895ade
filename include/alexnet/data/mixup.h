#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace alexnet {

/// Two rows of a batch that are mixed: first' = share first + (1 - share) second, and second' the other way round.
struct MixedPair {
  int first = 0;
  int second = 0;
  float share = 1;  ///< of the row itself, from 1/2 to 1, a multiple of 2^-16
};

/// Disjoint pairs over the rows of a batch, with shares max(s, 1 - s) of s ~ Beta(alpha, alpha); of an odd number of
/// rows one is left alone. A batch is drawn as a whole, at the place in the epoch where it begins (purpose kMixup).
/// Source: Zhang et al. 2018, "mixup: Beyond Empirical Risk Minimization".
[[nodiscard]] std::vector<MixedPair> mixed_pairs(double alpha, int rows, std::uint64_t seed, std::uint32_t epoch,
                                                 std::uint32_t position);

/// Mixes two rows of equal length in place, each value rounded to the nearest byte.
void mix_pixels(std::span<std::uint8_t> first, std::span<std::uint8_t> second, float share);

}  // namespace alexnet
