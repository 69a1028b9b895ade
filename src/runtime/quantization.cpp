#include "alexnet/runtime/quantization.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace alexnet {
namespace {

constexpr double kMostSigned = 127;  // -128 is left out: the range is symmetrical
constexpr double kMostUnsigned = 255;

}  // namespace

InputSteps input_steps(const ValueRange& range) {
  const bool is_signed = range.least < 0;
  const double highest = is_signed ? kMostSigned : kMostUnsigned;
  const double reach = std::max(std::abs(range.least), range.most);
  const double step = reach > 0 ? reach / highest : 1;
  return {static_cast<float>(step), static_cast<float>(1 / step), static_cast<float>(is_signed ? -highest : 0),
          static_cast<float>(highest)};
}

float integer_of(const InputSteps& steps, float x) {
  const float scaled = x * steps.inverse;
  return std::isnan(scaled) ? 0 : std::nearbyint(std::clamp(scaled, steps.lowest, steps.highest));
}

std::vector<float> weight_steps(std::span<const float> weights, std::int64_t channels) {
  std::vector<float> steps;
  steps.reserve(static_cast<std::size_t>(channels));
  const std::size_t each = weights.size() / static_cast<std::size_t>(channels);
  for (std::int64_t o = 0; o < channels; ++o) {
    float reach = 0;
    for (const float w : weights.subspan(static_cast<std::size_t>(o) * each, each)) {
      reach = std::max(reach, std::abs(w));
    }
    const float step = reach / static_cast<float>(kMostSigned);
    steps.push_back(step > 0 ? step : 1);
  }
  return steps;
}

std::vector<std::int8_t> weight_integers(std::span<const float> weights, std::span<const float> steps) {
  std::vector<std::int8_t> integers(weights.size());
  const std::size_t each = weights.size() / steps.size();
  for (std::size_t o = 0; o < steps.size(); ++o) {
    for (std::size_t i = o * each; i < (o + 1) * each; ++i) {
      const double q = std::nearbyint(static_cast<double>(weights[i]) / static_cast<double>(steps[o]));
      integers[i] = static_cast<std::int8_t>(std::clamp(q, -kMostSigned, kMostSigned));
    }
  }
  return integers;
}

std::vector<std::string> quantized_layers(const Network& network) {
  std::vector<std::string> names;
  for (const Layer& layer : network.layers()) {
    if (std::holds_alternative<Conv2D>(layer) || std::holds_alternative<Dense>(layer)) {
      names.push_back(name_of(layer));
    }
  }
  return names;
}

}  // namespace alexnet
