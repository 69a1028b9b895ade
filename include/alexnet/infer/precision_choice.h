#pragma once

#include <string_view>

#include "alexnet/formats/model_file.h"
#include "alexnet/runtime/backend.h"

namespace alexnet {

/// At which precision a model is used.
///   kModel  i8 where the model was calibrated for it and the processor does it well, else f32
///   kAuto   what the processor does well: i8 of a calibrated model, else bf16, else f32
enum class PrecisionChoice { kModel, kAuto, kF32, kBF16, kI8 };

/// By name: "model", "auto", "f32", "bf16", "i8". Throws kUnknownName.
[[nodiscard]] PrecisionChoice precision_choice(std::string_view name);

/// Throws kNotCalibrated for i8 of a model without ranges. Whether the backend computes at it is asked at compile.
[[nodiscard]] Precision choose_precision(PrecisionChoice choice, const Backend& backend, const Model& model);

/// Of a network without ranges, or of a training: kModel is f32.
[[nodiscard]] Precision choose_precision(PrecisionChoice choice, const Backend& backend);

}  // namespace alexnet
