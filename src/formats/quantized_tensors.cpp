#include "alexnet/formats/quantized_tensors.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/runtime/quantization.h"

namespace alexnet {
namespace {

/// The scales of a tensor of integers, which has elements.
std::span<const float> scales_of(const std::string& name, const Tensor& integers,
                                 const std::map<std::string, Tensor>& tensors, const std::string& where) {
  const auto refuse = [&](const std::string& reason) {
    throw Error(Message::kModelInvalid, {{"where", where}, {"reason", reason}});
  };
  const auto found = tensors.find(scale_name(name));
  if (found == tensors.end()) {
    refuse(fmt::format("tensor \"{}\" is missing, the scales of \"{}\"", scale_name(name), name));
  }
  const Tensor& scales = found->second;
  if (integers.shape().empty() || scales.type() != ElementType::kF32 || scales.shape() != Shape{integers.shape()[0]}) {
    refuse(fmt::format("tensor \"{}\" is not one F32 for each output of \"{}\"", scale_name(name), name));
  }
  if (!std::ranges::all_of(scales.as<float>(), [](float s) { return std::isfinite(s) && s > 0; })) {
    refuse(fmt::format("tensor \"{}\" has a scale that is no positive number", scale_name(name)));
  }
  return scales.as<float>();
}

}  // namespace

QuantizedTensor quantize(const Tensor& weights) {
  const Tensor values = weights.converted(ElementType::kF32);
  const std::vector<float> steps = weight_steps(values.as<float>(), values.shape()[0]);
  const std::vector<std::int8_t> integers = weight_integers(values.as<float>(), steps);
  return {Tensor::of<std::int8_t>(values.shape(), integers), Tensor::of<float>({values.shape()[0]}, steps)};
}

std::string scale_name(const std::string& tensor) { return tensor + "_scale"; }

std::vector<std::string> dequantize(std::map<std::string, Tensor>& tensors, const std::string& where) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : tensors) {
    if (tensor.type() == ElementType::kI8 && !tensor.empty()) {
      names.push_back(name);
    }
  }
  for (const std::string& name : names) {
    Tensor& tensor = tensors.at(name);
    const std::span<const float> scales = scales_of(name, tensor, tensors, where);
    Tensor weights(ElementType::kF32, tensor.shape());
    const std::size_t each = weights.as<float>().size() / scales.size();
    for (std::size_t i = 0; i < weights.as<float>().size(); ++i) {
      weights.as<float>()[i] = scales[i / each] * static_cast<float>(tensor.as<std::int8_t>()[i]);
    }
    tensor = std::move(weights);
    tensors.erase(scale_name(name));
  }
  return names;
}

}  // namespace alexnet
