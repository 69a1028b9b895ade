#include "alexnet/charts/colour_scale.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>

namespace alexnet::charts {
namespace {

// Lightness grows along it; hue goes from violet over green to yellow, which no common colour blindness confuses.
constexpr std::array kSequential = {Colour{33, 12, 66},   Colour{58, 52, 124},  Colour{42, 99, 140},
                                    Colour{32, 143, 137}, Colour{88, 184, 102}, Colour{178, 214, 62},
                                    Colour{252, 236, 74}};
// Blue below zero, nearly white at it, orange above; both ends are equally dark.
constexpr std::array kDiverging = {Colour{24, 68, 140},   Colour{84, 136, 194},  Colour{176, 206, 230},
                                   Colour{246, 246, 244}, Colour{246, 200, 150}, Colour{222, 128, 50},
                                   Colour{150, 66, 6}};

std::uint8_t between(std::uint8_t a, std::uint8_t b, double share) {
  return static_cast<std::uint8_t>(std::lround(a + (b - a) * share));
}

/// The points stand at equal distances over 0 to 1.
Colour interpolated(std::span<const Colour> points, double share) {
  const double place = std::clamp(share, 0.0, 1.0) * static_cast<double>(points.size() - 1);
  const auto first = std::min(static_cast<std::size_t>(place), points.size() - 2);
  const double rest = place - static_cast<double>(first);
  const Colour& a = points[first];
  const Colour& b = points[first + 1];
  return {between(a.red, b.red, rest), between(a.green, b.green, rest), between(a.blue, b.blue, rest)};
}

}  // namespace

Colour colour_of(ScaleKind kind, double share) {
  if (std::isnan(share)) {
    return kGrey;
  }
  return kind == ScaleKind::kSequential ? interpolated(kSequential, share) : interpolated(kDiverging, (share + 1) / 2);
}

}  // namespace alexnet::charts
