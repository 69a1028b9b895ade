#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "alexnet/core/tensor.h"
#include "alexnet/network/network.h"
#include "alexnet/runtime/precision.h"

/// The arithmetic of precision i8. A number x stands for the integer q = x / step, rounded to the nearest (even at a
/// tie) and held within its bounds; zero is always the integer 0, so that padding is exact.
///   inputs   one step a layer: u8, 0..255, where the calibrated range has no negative number, else s8, -127..127
///   weights  one step an output channel: s8, -127..127; the largest weight of a channel is 127
///   y[o] = input step * weight step[o] * sum of the products of integers + b[o], in f32
namespace alexnet {

/// How a layer's input becomes integers.
struct InputSteps {
  float step = 1;
  float inverse = 1;  ///< what x is multiplied by
  float lowest = 0;   ///< the bounds of q, whole numbers
  float highest = 255;

  [[nodiscard]] bool is_signed() const { return lowest < 0; }
};

/// The steps of a range. An empty range (0 to 0) has step 1.
[[nodiscard]] InputSteps input_steps(const ValueRange& range);

/// The integer of x; that of NaN is 0.
[[nodiscard]] float integer_of(const InputSteps& steps, float x);

/// Steps of the output channels of a weight tensor (O,...) in logical order; 1 for a channel of zeros.
[[nodiscard]] std::vector<float> weight_steps(std::span<const float> weights, std::int64_t channels);

/// The integers of such a tensor.
[[nodiscard]] std::vector<std::int8_t> weight_integers(std::span<const float> weights, std::span<const float> steps);

/// The layers that precision i8 needs ranges for: Conv2D and Dense.
[[nodiscard]] std::vector<std::string> quantized_layers(const Network& network);

}  // namespace alexnet
