#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "alexnet/core/tensor.h"
#include "alexnet/network/network.h"

namespace alexnet {

/// Named host tensors in logical order (O,I,H,W for convolutions, (units, inputs) for dense layers).
using Weights = std::map<std::string, Tensor>;

/// Fresh weights by each parameter's Initializer: element i of parameter p (its index in network.parameters()) comes
/// from RandomStream(seed, kWeights, 0, p). `type` is kF32 or kF64; the draws are the same for both.
/// Constant parameters (a mean image) start at 0.
[[nodiscard]] Weights initial_weights(const Network& network, std::uint64_t seed, ElementType type = ElementType::kF32);

/// Checks names, shapes and finiteness against the network. Throws kTensorMissing, kTensorSurplus, kTensorShape or
/// kTensorNotFinite, naming tensor and `file`.
void check_weights(const Network& network, const Weights& weights, const std::string& file);

/// Throws kTensorNotFinite, naming tensor and `file`, where an element is NaN or infinite.
void check_finite(const std::string& name, const Tensor& tensor, const std::string& file);

}  // namespace alexnet
