#pragma once

namespace alexnet {

/// How a parameter starts. fan_in and fan_out are kernel*kernel*channels for a convolution (a group's own channels in),
/// inputs and outputs for a dense layer. Formulas: docs/numerics.md.
struct Initializer {
  enum class Kind {
    kConstant,       ///< every element = value
    kGaussian,       ///< N(0, value), not truncated
    kGlorotUniform,  ///< U(+-sqrt(6 / (fan_in + fan_out)))
    kHeNormal,       ///< N(0, sqrt(2 / fan_in))
    kFanInUniform,   ///< U(+-1 / sqrt(fan_in)): PyTorch's default for weights and biases
  };
  Kind kind = Kind::kConstant;
  double value = 0;

  static constexpr Initializer constant(double v) { return {Kind::kConstant, v}; }
  static constexpr Initializer gaussian(double sigma) { return {Kind::kGaussian, sigma}; }
  static constexpr Initializer glorot_uniform() { return {Kind::kGlorotUniform, 0}; }
  static constexpr Initializer he_normal() { return {Kind::kHeNormal, 0}; }
  static constexpr Initializer fan_in_uniform() { return {Kind::kFanInUniform, 0}; }

  friend bool operator==(const Initializer&, const Initializer&) = default;
};

/// A trainable parameter's start, and the multipliers of the learning rate and of the weight decay for it.
struct ParameterOptions {
  Initializer init;
  double rate = 1;
  double decay = 1;

  friend bool operator==(const ParameterOptions&, const ParameterOptions&) = default;
};

}  // namespace alexnet
