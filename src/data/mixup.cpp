#include "alexnet/data/mixup.h"

#include <algorithm>
#include <cmath>

#include "alexnet/core/random.h"

namespace alexnet {
namespace {

constexpr int kShareBits = 16;
constexpr std::uint32_t kWhole = std::uint32_t{1} << kShareBits;

/// Gamma(alpha, 1) for alpha >= 1. Source: Marsaglia and Tsang 2000, "A Simple Method for Generating Gamma Variables".
double gamma_from_one(double alpha, RandomStream& draws) {
  const double d = alpha - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  while (true) {
    const double x = draws.normal();
    const double u = draws.uniform();
    const double v = std::pow(1 + c * x, 3);
    // log(1 - u): u may be 0
    if (v > 0 && std::log(1 - u) < 0.5 * x * x + d - d * v + d * std::log(v)) {
      return d * v;
    }
  }
}

/// The logarithm of a Gamma(alpha, 1) variable: that of a small alpha would underflow.
double log_gamma_draw(double alpha, RandomStream& draws) {
  if (alpha >= 1) {
    return std::log(gamma_from_one(alpha, draws));
  }
  const double larger = std::log(gamma_from_one(alpha + 1, draws));
  return larger + std::log(1 - draws.uniform()) / alpha;
}

/// max(s, 1 - s) of s ~ Beta(alpha, alpha): of the pair, each row keeps the larger share.
float larger_share(double alpha, RandomStream& draws) {
  const double a = log_gamma_draw(alpha, draws);
  const double b = log_gamma_draw(alpha, draws);
  const double share = 1 / (1 + std::exp(-std::abs(a - b)));
  return static_cast<float>(std::round(share * kWhole)) / kWhole;
}

}  // namespace

std::vector<MixedPair> mixed_pairs(double alpha, int rows, std::uint64_t seed, std::uint32_t epoch,
                                   std::uint32_t position) {
  RandomStream draws(seed, Purpose::kMixup, epoch, position);
  const auto order = permutation(rows, draws);
  std::vector<MixedPair> pairs(order.size() / 2);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    pairs[i] = {static_cast<int>(order[2 * i]), static_cast<int>(order[2 * i + 1]), larger_share(alpha, draws)};
  }
  return pairs;
}

void mix_pixels(std::span<std::uint8_t> first, std::span<std::uint8_t> second, float share) {
  const auto own = static_cast<std::uint32_t>(share * kWhole);
  const std::uint32_t other = kWhole - own;
  constexpr std::uint32_t kHalf = kWhole / 2;
  std::uint8_t* __restrict a = first.data();
  std::uint8_t* __restrict b = second.data();
  const std::size_t count = first.size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t x = a[i];
    const std::uint32_t y = b[i];
    a[i] = static_cast<std::uint8_t>((x * own + y * other + kHalf) >> kShareBits);
    b[i] = static_cast<std::uint8_t>((y * own + x * other + kHalf) >> kShareBits);
  }
}

}  // namespace alexnet
