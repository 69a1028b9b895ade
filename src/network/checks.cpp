#include "network/checks.h"

#include <cmath>

#include <fmt/format.h>

#include "alexnet/core/error.h"

namespace alexnet {

void refuse(const std::string& layer, const std::string& expected, const std::string& got) {
  throw Error(Message::kNetworkInvalid, {{"where", layer}, {"expected", expected}, {"got", got}});
}

std::int64_t checked_product(const std::string& layer, std::string_view what, std::span<const std::int64_t> factors,
                             std::int64_t most) {
  std::int64_t product = 1;
  for (const std::int64_t factor : factors) {
    if (factor != 0 && product > most / factor) {
      refuse(layer, fmt::format("at most {} {}", most, what), fmt::format("{}", fmt::join(factors, "x")));
    }
    product *= factor;
  }
  return product;
}

void require_at_least(const std::string& layer, std::string_view option, std::int64_t least, std::int64_t got) {
  if (got < least) {
    refuse(layer, fmt::format("{} of at least {}", option, least), fmt::to_string(got));
  }
}

void require_finite(const std::string& layer, std::string_view option, double got) {
  if (!std::isfinite(got)) {
    refuse(layer, fmt::format("a finite {}", option), fmt::to_string(got));
  }
}

void require_image(const std::string& layer, const Shape& input) {
  if (input.size() != 3) {
    refuse(layer, "an input of channels x height x width", to_string(input));
  }
}

void require_options(const std::string& layer, std::string_view parameter, const ParameterOptions& options) {
  require_finite(layer, fmt::format("start value of its {}", parameter), options.init.value);
  if (options.init.kind == Initializer::Kind::kGaussian && options.init.value < 0) {
    refuse(layer, fmt::format("a deviation of at least 0 for its {}", parameter), fmt::to_string(options.init.value));
  }
  const auto multiplier = [&](std::string_view what, double value) {
    if (!std::isfinite(value) || value < 0) {
      refuse(layer, fmt::format("a {} multiplier of at least 0 for its {}", what, parameter), fmt::to_string(value));
    }
  };
  multiplier("rate", options.rate);
  multiplier("decay", options.decay);
}

}  // namespace alexnet
