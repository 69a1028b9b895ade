#include "backends/reference/lowered.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>

namespace alexnet::reference {
namespace {

/// The nearest number of 8 significant bits, an even one at a tie.
float to_bf16(float x) {
  if (!(x == x)) {
    return x;
  }
  auto bits = std::bit_cast<std::uint32_t>(x);
  bits += 0x7fff + ((bits >> 16) & 1);
  return std::bit_cast<float>(bits & 0xffff0000);
}

/// (O,...): what 8-bit integers make of the weights.
template <class T>
void quantize(std::span<const T> weights, std::int64_t channels, std::vector<T>& rounded) {
  const std::vector<float> values(weights.begin(), weights.end());
  const std::vector<float> steps = weight_steps(values, channels);
  const std::vector<std::int8_t> integers = weight_integers(values, steps);
  const std::size_t each = values.size() / steps.size();
  for (std::size_t i = 0; i < rounded.size(); ++i) {
    rounded[i] = static_cast<T>(steps[i / each]) * static_cast<T>(integers[i]);
  }
}

}  // namespace

template <class T>
Lowered<T>::Lowered(const Layer& layer, const CompileOptions& options) {
  const bool multiplies = std::holds_alternative<Conv2D>(layer) || std::holds_alternative<Dense>(layer);
  is_lower_ = multiplies && (options.precision == Precision::kBF16 || options.precision == Precision::kI8);
  if (is_lower_ && options.precision == Precision::kI8) {
    steps_ = input_steps(options.input_ranges.at(name_of(layer)));
  }
}

template <class T>
T Lowered<T>::rounded(T x) const {
  const auto value = static_cast<float>(x);
  return steps_ ? static_cast<T>(integer_of(*steps_, value)) * static_cast<T>(steps_->step)
                : static_cast<T>(to_bf16(value));
}

template <class T>
LayerData<T>& Lowered<T>::operator()(LayerData<T>& data) {
  if (!is_lower_) {
    return data;
  }
  const auto round_all = [&](std::span<const T> from, std::vector<T>& to) {
    to.resize(from.size());
    std::transform(from.begin(), from.end(), to.begin(), [&](T value) { return rounded(value); });
  };
  const std::span<const T> weights = data.parameters[0];
  round_all(data.x, x_);
  if (steps_) {
    weights_.resize(weights.size());
    quantize<T>(weights, data.facts->parameters[0].shape[0], weights_);
  } else {
    round_all(weights, weights_);
    round_all(data.dy, dy_);
  }
  data_ = data;
  data_.x = x_;
  data_.dy = dy_;
  data_.parameters[0] = weights_;
  return data_;
}

template class Lowered<float>;
template class Lowered<double>;

}  // namespace alexnet::reference
