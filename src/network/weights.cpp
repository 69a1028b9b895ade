#include "alexnet/network/weights.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
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

/// The bits of a number without its sign grow with its size, and those of infinity and of no number are the largest.
/// Without an early end compilers compare many at a time.
template <class T, class Bits>
bool finite(const Tensor& tensor) {
  constexpr Bits kInfinity = std::bit_cast<Bits>(std::numeric_limits<T>::infinity());
  Bits most = 0;
  for (const T value : tensor.as<T>()) {
    most = std::max<Bits>(most, std::bit_cast<Bits>(value) & std::numeric_limits<Bits>::max());
  }
  return most < kInfinity;
}

bool all_finite(const Tensor& tensor) {
  switch (tensor.type()) {
    case ElementType::kF64:
      return finite<double, std::int64_t>(tensor);
    case ElementType::kF32:
      return finite<float, std::int32_t>(tensor);
    case ElementType::kF16:
    case ElementType::kBF16:
      return finite<float, std::int32_t>(tensor.converted(ElementType::kF32));
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
