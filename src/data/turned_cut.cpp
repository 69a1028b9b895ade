#include "data/turned_cut.h"

#include <cmath>
#include <cstddef>
#include <numbers>

namespace alexnet {
namespace {

constexpr int kBits = 16;  // places are counted in 1/65536 of a pixel
constexpr double kUnit = 1 << kBits;

struct Place {
  std::int64_t x;
  std::int64_t y;
};

/// Index i mirrored at the edges of 0..n-1, edges repeated: -1 -> 0, n -> n - 1.
int mirrored(std::int64_t i, int n) {
  const std::int64_t period = 2 * std::int64_t{n};
  i = ((i % period) + period) % period;
  return static_cast<int>(i < n ? i : period - 1 - i);
}

/// Between four pixels: (1-fx)(1-fy) p00 + fx (1-fy) p01 + (1-fx) fy p10 + fx fy p11, fx and fy in 1/256.
template <std::size_t kChannels>
void interpolate(const Image& picture, Place at, std::uint8_t* out) {
  const std::int64_t left = at.x >> kBits;
  const std::int64_t top = at.y >> kBits;
  const bool inside = left >= 0 && top >= 0 && left + 1 < picture.width && top + 1 < picture.height;
  const int x0 = inside ? static_cast<int>(left) : mirrored(left, picture.width);
  const int x1 = inside ? x0 + 1 : mirrored(left + 1, picture.width);
  const std::uint8_t* row0 = picture.row(inside ? static_cast<int>(top) : mirrored(top, picture.height));
  const std::uint8_t* row1 = picture.row(inside ? static_cast<int>(top) + 1 : mirrored(top + 1, picture.height));
  const auto fx = static_cast<std::uint32_t>(at.x >> (kBits - 8) & 255);
  const auto fy = static_cast<std::uint32_t>(at.y >> (kBits - 8) & 255);
  const std::size_t from0 = static_cast<std::size_t>(x0) * kChannels;
  const std::size_t from1 = static_cast<std::size_t>(x1) * kChannels;
  for (std::size_t c = 0; c < kChannels; ++c) {
    const std::uint32_t upper = row0[from0 + c] * (256 - fx) + row0[from1 + c] * fx;
    const std::uint32_t lower = row1[from0 + c] * (256 - fx) + row1[from1 + c] * fx;
    out[c] = static_cast<std::uint8_t>((upper * (256 - fy) + lower * fy + (1 << 15)) >> 16);
  }
}

template <std::size_t kChannels>
void turn(const Image& picture, const Geometry& geometry, const Cut& cut, double degrees, std::uint8_t* out) {
  const double angle = degrees * std::numbers::pi / 180;
  const double cosine = std::cos(angle);
  const double sine = std::sin(angle);
  const double middle_x = (geometry.width - 1) / 2.0;
  const double middle_y = (geometry.height - 1) / 2.0;
  // x goes right and y down: place = middle + (dx cos - dy sin, dx sin + dy cos)
  const double direction = cut.flipped ? -1 : 1;
  const Place step{std::llround(direction * cosine * kUnit), std::llround(direction * sine * kUnit)};
  const double dx = -direction * middle_x;
  for (int y = 0; y < geometry.height; ++y) {
    const double dy = y - middle_y;
    Place at{std::llround((cut.left + middle_x + dx * cosine - dy * sine) * kUnit),
             std::llround((cut.top + middle_y + dx * sine + dy * cosine) * kUnit)};
    for (int x = 0; x < geometry.width; ++x, out += kChannels) {
      interpolate<kChannels>(picture, at, out);
      at.x += step.x;
      at.y += step.y;
    }
  }
}

}  // namespace

void apply_turned_cut(const Image& picture, const Geometry& geometry, const Cut& cut, double degrees,
                      std::uint8_t* out) {
  if (picture.channels == 3) {
    turn<3>(picture, geometry, cut, degrees, out);
  } else {
    turn<1>(picture, geometry, cut, degrees, out);
  }
}

}  // namespace alexnet
