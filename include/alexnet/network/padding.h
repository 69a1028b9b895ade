#pragma once

#include <cstdint>

namespace alexnet {

/// Zeros around an image, in pixels. `valid` adds none; `same` adds what makes output = ceil(input / stride), the odd
/// pixel at bottom and right (TensorFlow's rule); `of` gives four numbers.
struct Padding {
  enum class Mode { kExplicit, kSame };
  Mode mode = Mode::kExplicit;
  int top = 0;
  int left = 0;
  int bottom = 0;
  int right = 0;

  static constexpr Padding valid() { return {}; }
  static constexpr Padding same() { return {Mode::kSame, 0, 0, 0, 0}; }
  static constexpr Padding all(int p) { return {Mode::kExplicit, p, p, p, p}; }
  static constexpr Padding of(int top, int left, int bottom, int right) {
    return {Mode::kExplicit, top, left, bottom, right};
  }

  /// The four numbers for an input of height x width.
  [[nodiscard]] Padding resolved(std::int64_t height, std::int64_t width, int kernel, int stride) const;

  friend bool operator==(const Padding&, const Padding&) = default;
};

}  // namespace alexnet
