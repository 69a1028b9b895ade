#include "alexnet/network/weights.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>

#include "alexnet/core/error.h"
#include "alexnet/core/random.h"

namespace alexnet {
namespace {

/// U(+-limit)
template <class T>
void fill_uniform(std::span<T> values, double limit, RandomStream& stream) {
  for (T& value : values) {
    value = static_cast<T>((2 * stream.uniform() - 1) * limit);
  }
}

template <class T>
void fill_normal(std::span<T> values, double sigma, RandomStream& stream) {
  for (T& value : values) {
    value = static_cast<T>(sigma * stream.normal());
  }
}

template <class T>
void fill(std::span<T> values, const ParameterSpec& spec, RandomStream& stream) {
  const Initializer& init = spec.options.init;
  const auto fan_in = static_cast<double>(spec.fan_in);
  const auto fan_out = static_cast<double>(spec.fan_out);
  switch (init.kind) {
    case Initializer::Kind::kConstant:
      std::ranges::fill(values, static_cast<T>(init.value));
      return;
    case Initializer::Kind::kGaussian:
      fill_normal(values, init.value, stream);
      return;
    case Initializer::Kind::kGlorotUniform:
      fill_uniform(values, std::sqrt(6 / (fan_in + fan_out)), stream);
      return;
    case Initializer::Kind::kHeNormal:
      fill_normal(values, std::sqrt(2 / fan_in), stream);
      return;
    case Initializer::Kind::kFanInUniform:
      fill_uniform(values, 1 / std::sqrt(fan_in), stream);
      return;
  }
}

/// Whether no number has all the bits of the exponent set, which infinities and NaN have. A loop that becomes vectors:
/// what is loaded may be hundreds of megabytes.
template <class Bits>
bool finite(const Tensor& tensor, Bits exponent) {
  Bits found = 0;
  for (std::int64_t i = 0; i < tensor.size(); ++i) {
    Bits bits;
    std::memcpy(&bits, tensor.data() + i * static_cast<std::int64_t>(sizeof(Bits)), sizeof(Bits));
    found |= static_cast<Bits>((bits & exponent) == exponent);
  }
  return found == 0;
}

bool all_finite(const Tensor& tensor) {
  switch (tensor.type()) {
    case ElementType::kF64:
      return finite<std::uint64_t>(tensor, 0x7FF0000000000000);
    case ElementType::kF32:
      return finite<std::uint32_t>(tensor, 0x7F800000);
    case ElementType::kF16:
      return finite<std::uint16_t>(tensor, 0x7C00);
    case ElementType::kBF16:
      return finite<std::uint16_t>(tensor, 0x7F80);
    default:
      return true;
  }
}

}  // namespace

Weights initial_weights(const Network& network, std::uint64_t seed, ElementType type) {
  if (type != ElementType::kF32 && type != ElementType::kF64) {
    throw Error(Message::kWrongCall,
                {{"where", "initial_weights"}, {"expected", "F32 or F64"}, {"got", std::string(name_of(type))}});
  }
  Weights weights;
  std::uint32_t index = 0;
  for (const ParameterSpec& spec : network.parameters()) {
    Tensor tensor(type, spec.shape);
    RandomStream stream(seed, Purpose::kWeights, 0, index++);
    if (type == ElementType::kF32) {
      fill(tensor.as<float>(), spec, stream);
    } else {
      fill(tensor.as<double>(), spec, stream);
    }
    weights.emplace(spec.name, std::move(tensor));
  }
  return weights;
}

void check_finite(const std::string& name, const Tensor& tensor, const std::string& file) {
  if (!all_finite(tensor)) {
    throw Error(Message::kTensorNotFinite, {{"where", name}, {"file", file}});
  }
}

void check_weights(const Network& network, const Weights& weights, const std::string& file) {
  for (const ParameterSpec& spec : network.parameters()) {
    const auto found = weights.find(spec.name);
    if (found == weights.end()) {
      throw Error(Message::kTensorMissing, {{"where", spec.name}, {"file", file}});
    }
    const Tensor& tensor = found->second;
    if (tensor.shape() != spec.shape) {
      throw Error(Message::kTensorShape, {{"where", spec.name},
                                          {"file", file},
                                          {"expected", to_string(spec.shape)},
                                          {"got", to_string(tensor.shape())}});
    }
    check_finite(spec.name, tensor, file);
  }
  for (const auto& [name, tensor] : weights) {
    if (std::ranges::find(network.parameters(), name, &ParameterSpec::name) == network.parameters().end()) {
      throw Error(Message::kTensorSurplus, {{"where", name}, {"file", file}});
    }
  }
}

}  // namespace alexnet
