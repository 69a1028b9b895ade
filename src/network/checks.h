#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "alexnet/core/tensor.h"
#include "alexnet/network/initializer.h"

/// What every shape rule refuses in the same words.
namespace alexnet {

/// No tensor of a network may be larger, nor all of its parameters or activations together: counts stay far from
/// the end of int64, whatever a file says.
inline constexpr std::int64_t kMostElements = std::int64_t{1} << 40;
/// The same for multiply-accumulates.
inline constexpr std::int64_t kMostMacs = std::int64_t{1} << 58;

/// Throws kNetworkInvalid for a layer.
[[noreturn]] void refuse(const std::string& layer, const std::string& expected, const std::string& got);

/// The product of factors of at least 0; refuses one above `most`.
[[nodiscard]] std::int64_t checked_product(const std::string& layer, std::string_view what,
                                           std::span<const std::int64_t> factors, std::int64_t most = kMostElements);

void require_at_least(const std::string& layer, std::string_view option, std::int64_t least, std::int64_t got);
void require_finite(const std::string& layer, std::string_view option, double got);
/// Refuses anything but (C,H,W).
void require_image(const std::string& layer, const Shape& input);
/// Refuses multipliers below 0, numbers that are not finite and a negative deviation.
void require_options(const std::string& layer, std::string_view parameter, const ParameterOptions& options);

}  // namespace alexnet
