#include "alexnet/core/random.h"

#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "alexnet/core/error.h"

namespace alexnet {

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> c, std::array<std::uint32_t, 2> k) {
  for (int round = 0; round < 10; ++round) {
    if (round > 0) {
      k[0] += 0x9E3779B9u;
      k[1] += 0xBB67AE85u;
    }
    const std::uint64_t p = std::uint64_t{0xD2511F53u} * c[0];
    const std::uint64_t q = std::uint64_t{0xCD9E8D57u} * c[2];
    c = {static_cast<std::uint32_t>(q >> 32) ^ c[1] ^ k[0], static_cast<std::uint32_t>(q),
         static_cast<std::uint32_t>(p >> 32) ^ c[3] ^ k[1], static_cast<std::uint32_t>(p)};
  }
  return c;
}

std::uint32_t dropout_purpose(std::string_view name) {
  std::uint32_t hash = 2166136261u;
  for (const char ch : name) {
    hash = (hash ^ static_cast<std::uint8_t>(ch)) * 16777619u;
  }
  return 0x80000000u | (hash & 0x7FFFFFFFu);
}

std::uint32_t RandomStream::next() {
  if (used_ == 4) {
    words_ = philox({block_++, key_.position, key_.epoch, key_.purpose},
                    {static_cast<std::uint32_t>(key_.seed), static_cast<std::uint32_t>(key_.seed >> 32)});
    used_ = 0;
  }
  return words_[used_++];
}

double RandomStream::uniform() {
  const std::uint64_t high = next() >> 5;  // 27 bits
  const std::uint64_t low = next() >> 6;   // 26 bits
  return static_cast<double>((high << 26) | low) * 0x1p-53;
}

std::uint64_t RandomStream::below(std::uint64_t n) {
  if (n == 0) {
    throw Error(Message::kWrongCall, {{"where", "RandomStream::below"}, {"expected", "n of at least 1"}, {"got", "0"}});
  }
  // Draws in the incomplete last multiple of n are thrown away.
  const std::uint64_t limit = UINT64_MAX - (UINT64_MAX % n + 1) % n;
  for (;;) {
    const std::uint64_t high = next();
    const std::uint64_t draw = (high << 32) | next();
    if (draw <= limit) {
      return draw % n;
    }
  }
}

double RandomStream::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  // Box-Muller: sqrt(-2 ln u) (cos 2 pi v, sin 2 pi v), u in (0, 1].
  const double u = 1.0 - uniform();
  const double v = uniform();
  const double radius = std::sqrt(-2.0 * std::log(u));
  spare_ = radius * std::sin(2.0 * std::numbers::pi * v);
  has_spare_ = true;
  return radius * std::cos(2.0 * std::numbers::pi * v);
}

std::vector<std::int64_t> permutation(std::int64_t n, RandomStream& stream) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  for (auto i = order.size(); i > 1; --i) {
    std::swap(order[i - 1], order[stream.below(i)]);
  }
  return order;
}

}  // namespace alexnet
