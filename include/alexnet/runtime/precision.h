#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>

namespace alexnet {

/// What convolutions and dense layers multiply. All else, their sums too, is f32 (f64 at kF64), and so are the weights
/// that training keeps.
///   kBF16  numbers rounded to bfloat16, in all passes
///   kI8    8-bit integers (runtime/quantization.h); inference alone
/// Layers of unshared filters (LocallyConnected2D) stay f32 at both.
enum class Precision { kF32, kF64, kBF16, kI8 };

inline constexpr std::array kPrecisions = {Precision::kF32, Precision::kF64, Precision::kBF16, Precision::kI8};

/// "f32", "f64", "bf16", "i8".
[[nodiscard]] std::string_view name_of(Precision precision);

/// How well a backend computes at a precision on the machine at hand.
enum class Support {
  kNone,      ///< not at all
  kEmulated,  ///< by detours, far slower than f32: CompileOptions::emulate
  kNative,    ///< as it is, though not faster than f32
  kFast,      ///< faster than f32
};

/// The least and the most of some numbers.
struct ValueRange {
  double least = 0;
  double most = 0;
  friend bool operator==(const ValueRange&, const ValueRange&) = default;
};

/// Of the numbers that go into each Conv2D and Dense, by layer name.
using InputRanges = std::map<std::string, ValueRange>;

}  // namespace alexnet
