#include "fourier_tables.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace alexnet::cpu {

FourierTables::FourierTables(std::int64_t size, std::int64_t extent, std::int64_t twice_middle, bool real, double scale)
    : extent_(extent),
      high_((twice_middle + 1) / 2),
      low_(twice_middle / 2),
      pairs_(std::max(extent - high_, low_ + 1)) {
  const std::int64_t half = size / 2 + 1;
  const auto padded = [](std::int64_t n) { return (n + kFourierBlock - 1) / kFourierBlock * kFourierBlock; };
  forward_cos_.assign(static_cast<std::size_t>(pairs_ * padded(half)), 0.0F);
  inverse_cos_.assign(static_cast<std::size_t>(half * padded(pairs_)), 0.0F);
  forward_sin_ = forward_cos_;
  inverse_sin_ = inverse_cos_;
  for (std::int64_t pair = 0; pair < pairs_; ++pair) {
    for (std::int64_t frequency = 0; frequency < half; ++frequency) {
      const std::int64_t twice_place = 2 * pair + high_ - low_;
      // The angle is reduced in whole numbers, so that large products lose nothing.
      const double angle =
          std::numbers::pi * static_cast<double>(frequency * twice_place % (2 * size)) / static_cast<double>(size);
      // The middle, and frequency 0 where both signs are there, are pairs of a thing with itself.
      const double of_pair = twice_place == 0 ? 0.5 : 1;
      const double of_frequency = scale * (frequency == 0 ? 1 : 2) * (real ? 1 : 0.5);
      const auto forward = static_cast<std::size_t>(pair * padded(half) + frequency);
      const auto inverse = static_cast<std::size_t>(frequency * padded(pairs_) + pair);
      forward_cos_[forward] = static_cast<float>(of_pair * std::cos(angle));
      forward_sin_[forward] = static_cast<float>(of_pair * std::sin(angle));
      inverse_cos_[inverse] = static_cast<float>(of_frequency * std::cos(angle));
      inverse_sin_[inverse] = static_cast<float>(of_frequency * std::sin(angle));
    }
  }
}

FourierAxis FourierTables::axis() const {
  return {
      extent_, high_, low_, pairs_, forward_cos_.data(), forward_sin_.data(), inverse_cos_.data(), inverse_sin_.data()};
}

}  // namespace alexnet::cpu
