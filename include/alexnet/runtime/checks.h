#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alexnet/runtime/backend.h"

/// What every backend refuses, in the same words. Each throws kWrongCall, kShapeMismatch, kLayerUnknown or
/// kLayerUnsupported, and names the argument or the layer concerned.
namespace alexnet {

/// Batch size, kept layers, that `backend` supports every layer, and that the ranks of a tower are there (kTowerAlone).
void check_compile(const Backend& backend, const Network& network, const CompileOptions& options);

/// Input type and shape, number of rows (0 to `most_rows`), facts of the photos.
void check_batch(const Network& network, const Batch& batch, int most_rows);

/// Class ids or soft labels for every row, weights and divisor. The hinge loss needs class ids. A tower that
/// ends without scores needs none.
void check_labels(const Network& network, const Batch& batch, Loss loss);

/// The place in `specs` of each tensor that some of them are given by, in the order of `weights`. Throws kTensorSurplus
/// for one that is none of them, and kTensorShape.
[[nodiscard]] std::vector<std::size_t> places_of(const Weights& weights, const std::vector<ParameterSpec>& specs);

/// What the call needs of the options; for an update, one finite rate, or one for each of the `trainable` parameters.
void check_train_call(const CompileOptions& options, std::size_t trainable, const TrainCall& call);

/// What an update by itself needs of the options, and of its rates.
void check_update(const CompileOptions& options, std::size_t trainable, std::span<const double> rates);

/// Whether the options ask for the gradient of the network's input.
[[nodiscard]] bool needs_input_gradient(const CompileOptions& options);

/// The divisor of a batch's loss: its own or the sum of its rows' weights; 1 where both are 0 (no rows, no loss).
[[nodiscard]] double loss_divisor(const Batch& batch);

/// The layer's index; throws kLayerUnknown for an unknown name, kWrongCall for one that is not in `options.kept`.
[[nodiscard]] std::size_t kept_index(const Network& network, const CompileOptions& options, std::string_view layer);

/// Whether CompileOptions::frozen names the layer.
[[nodiscard]] bool is_frozen(const CompileOptions& options, const Layer& layer);

}  // namespace alexnet
