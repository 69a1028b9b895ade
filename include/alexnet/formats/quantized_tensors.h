#pragma once

#include <map>
#include <string>
#include <vector>

#include "alexnet/core/tensor.h"

namespace alexnet {

/// Weights as 8-bit integers in files: `NAME` of type I8 (O,...), and `NAME_scale` of type F32 (O). The weight is the
/// integer times its output channel's scale (runtime/quantization.h).
struct QuantizedTensor {
  Tensor integers;
  Tensor scales;
};

/// Of a float tensor (O,...).
[[nodiscard]] QuantizedTensor quantize(const Tensor& weights);

/// The name of the scales of a tensor.
[[nodiscard]] std::string scale_name(const std::string& tensor);

/// Puts f32 weights in the place of integers and their scales, and names the tensors that were integers. Throws
/// kModelInvalid, naming `where` and the tensor, for scales that are missing, of another type or shape, not positive or
/// not finite.
std::vector<std::string> dequantize(std::map<std::string, Tensor>& tensors, const std::string& where);

}  // namespace alexnet
