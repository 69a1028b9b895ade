#include "equality/scaled_down.h"

#include <algorithm>
#include <variant>

#include "alexnet/core/error.h"

namespace alexnet::test {
namespace {

constexpr int kMeanBorder = 8;
constexpr std::int64_t kPixelsAtFlatten = 2;

int shrunk(int width, int divisor, int least) { return std::min(width, std::max(least, width / divisor)); }

Layer shrunk_layer(const Layer& layer) {
  Layer small = layer;
  std::visit(
      [](auto& options) {
        if constexpr (requires { options.filters; }) {
          options.filters = shrunk(options.filters, 16, 4);
        }
        if constexpr (requires { options.units; }) {
          options.units = shrunk(options.units, 128, 16);
        }
        if constexpr (
            requires { options.kernel; } || requires { options.units; }) {
          options.weight.init = Initializer::he_normal();
        }
        if constexpr (requires { options.deviation; }) {
          options.scale = 1.0 / 255;
        }
      },
      small);
  return small;
}

Network at_side(Network::Options options, std::int64_t side) {
  options.input = {options.input[0], side, side};
  for (Layer& layer : options.layers) {
    if (auto* normalize = std::get_if<Normalize>(&layer); normalize != nullptr && normalize->mean_image) {
      normalize->mean_height = normalize->mean_width = static_cast<int>(side) + kMeanBorder;
    }
  }
  return Network(std::move(options));
}

/// Pixels on a side of the map that Flatten sees; 0 where the layers do not fit.
std::int64_t pixels_at_flatten(const Network::Options& options, std::int64_t side) {
  try {
    const Network network = at_side(options, side);
    const auto flatten = std::ranges::find(network.layers(), "flatten", kind_of);
    return network.facts(static_cast<std::size_t>(flatten - network.layers().begin())).input[1];
  } catch (const Error&) {
    return 0;
  }
}

}  // namespace

Network without_dropout(const Network& network) {
  Network::Options options = network.options();
  for (Layer& layer : options.layers) {
    if (auto* dropout = std::get_if<Dropout>(&layer)) {
      dropout->rate = 0;
    }
  }
  return Network(options);
}

Network scaled_down(const Network& network) {
  Network::Options options = without_dropout(network).options();
  std::ranges::transform(options.layers, options.layers.begin(), shrunk_layer);
  std::int64_t side = options.input[1];
  const std::int64_t wanted = std::min(kPixelsAtFlatten, pixels_at_flatten(options, side));
  while (pixels_at_flatten(options, side - 1) >= wanted) {
    --side;
  }
  return at_side(options, side);
}

}  // namespace alexnet::test
