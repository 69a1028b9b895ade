#pragma once

#include <cstdint>

namespace alexnet::charts {

struct Colour {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
  friend bool operator==(const Colour&, const Colour&) = default;
};

inline constexpr Colour kBlack = {0, 0, 0};
inline constexpr Colour kWhite = {255, 255, 255};
inline constexpr Colour kGrey = {128, 128, 128};

/// `sequential` for values of at least 0, from 0 to the largest; `diverging` for signed ones, centred on 0. Both keep
/// their order of lightness for readers who are colour-blind, and in grey print.
enum class ScaleKind { kSequential, kDiverging };

/// The colour of a share of the largest (absolute) value: 0 to 1, or -1 to 1. Other values take the nearest end; NaN is
/// grey.
[[nodiscard]] Colour colour_of(ScaleKind kind, double share);

}  // namespace alexnet::charts
