#pragma once

#include <cstdint>
#include <vector>

#include "kernels/fourier.h"

namespace alexnet::cpu {

/// Cosines and sines for the transforms of the rows, or the columns, of maps.
class FourierTables {
 public:
  /// `extent` places of a circle of `size` (odd), about a middle that stands `twice_middle` / 2 behind the first.
  /// `real`: the other half of the frequencies is the conjugate of this one, and the inverse counts it too; else both
  /// are there. `scale` multiplies the inverse.
  FourierTables(std::int64_t size, std::int64_t extent, std::int64_t twice_middle, bool real, double scale);

  [[nodiscard]] FourierAxis axis() const;

 private:
  std::int64_t extent_, high_, low_, pairs_;
  std::vector<float> forward_cos_, forward_sin_, inverse_cos_, inverse_sin_;
};

}  // namespace alexnet::cpu
