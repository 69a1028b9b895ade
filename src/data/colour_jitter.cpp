#include "data/colour_jitter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace alexnet {
namespace {

using ByteTable = std::array<std::uint8_t, 256>;

/// base + floor(factor (v - base)) within 0..255, for each v.
ByteTable away_from(int base, double factor) {
  ByteTable table{};
  for (int v = 0; v < 256; ++v) {
    const double moved = base + std::floor(factor * (v - base));
    table[static_cast<std::size_t>(v)] = static_cast<std::uint8_t>(std::clamp(moved, 0.0, 255.0));
  }
  return table;
}

void mapped_in_place(const ByteTable& table, std::span<std::uint8_t> pixels) {
  for (std::uint8_t& pixel : pixels) {
    pixel = table[pixel];
  }
}

/// L = (19595 R + 38470 G + 7471 B + 2^15) / 2^16, as with_channels has it.
std::uint32_t grey_of(const std::uint8_t* rgb) {
  return (19595U * rgb[0] + 38470U * rgb[1] + 7471U * rgb[2] + 32768U) >> 16;
}

int rounded_mean(std::span<const std::uint8_t> pixels, int channels) {
  std::uint64_t sum = 0;
  const auto step = static_cast<std::size_t>(channels);
  for (std::size_t i = 0; i < pixels.size(); i += step) {
    sum += step == 3 ? grey_of(&pixels[i]) : pixels[i];
  }
  const std::size_t count = pixels.size() / step;
  return static_cast<int>(std::lround(static_cast<double>(sum) / static_cast<double>(count)));
}

void saturate(std::span<std::uint8_t> pixels, double factor) {
  std::array<int, 511> moved{};  // floor(factor d) at d + 255
  int difference = -255;
  for (int& value : moved) {
    value = static_cast<int>(std::floor(factor * difference++));
  }
  for (std::size_t i = 0; i < pixels.size(); i += 3) {
    std::uint8_t* rgb = &pixels[i];
    const auto grey = static_cast<int>(grey_of(rgb));
    for (std::size_t c = 0; c < 3; ++c) {
      const int place = rgb[c] - grey + 255;
      const int value = grey + moved[static_cast<std::size_t>(place)];
      rgb[c] = static_cast<std::uint8_t>(std::clamp(value, 0, 255));
    }
  }
}

}  // namespace

void jitter_colour(std::span<std::uint8_t> pixels, int channels, const ColourFactors& factors) {
  if (factors.brightness != 1) {
    mapped_in_place(away_from(0, factors.brightness), pixels);
  }
  if (factors.contrast != 1) {
    mapped_in_place(away_from(rounded_mean(pixels, channels), factors.contrast), pixels);
  }
  if (factors.saturation != 1 && channels == 3) {
    saturate(pixels, factors.saturation);
  }
}

}  // namespace alexnet
