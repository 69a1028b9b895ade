#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "alexnet/charts/canvas.h"

#include "explain/unit_page.h"

namespace alexnet::explain {
namespace {

using charts::Canvas;

constexpr int kMargin = 8;
constexpr int kColour = 176;          // side of a filter in colour, about
constexpr int kKernel = 30;           // side of a kernel, about
constexpr std::size_t kAcross = 12;   // kernels in a row
constexpr std::size_t kKernels = 48;  // shown at most
constexpr int kLabel = charts::kTextHeight + 2;

double share(double value, double largest) { return largest > 0 ? value / largest : 0; }

Image in_colour(std::span<const double> weights, int side, std::size_t channels, bool reversed, double largest) {
  Image image(side, side, static_cast<int>(channels));
  const std::size_t places = weights.size() / channels;
  for (std::size_t place = 0; place < places; ++place) {
    for (std::size_t c = 0; c < channels; ++c) {
      const double value = weights[(reversed ? channels - 1 - c : c) * places + place];
      image.pixels[place * channels + c] = static_cast<std::uint8_t>(std::lround(128 + 127 * share(value, largest)));
    }
  }
  const int scale = std::max(1, kColour / side);
  Canvas canvas(side * scale + 2 * kMargin, side * scale + 2 * kMargin, charts::kWhite);
  canvas.draw(image, kMargin, kMargin, scale);
  canvas.frame({kMargin, kMargin, side * scale, side * scale}, charts::kBlack);
  return canvas.image();
}

/// Each kernel under the number of the map that it reads.
Image kernels(std::span<const double> weights, int side, const std::vector<std::size_t>& order,
              const std::vector<std::size_t>& maps, double largest) {
  const auto places = static_cast<std::size_t>(side) * static_cast<std::size_t>(side);
  const int scale = std::max(1, kKernel / side);
  const int step_x = std::max(side * scale, charts::text_width("0000")) + 6;
  const int step_y = kLabel + side * scale + 8;
  const auto columns = static_cast<int>(std::min(order.size(), kAcross));
  const auto rows = static_cast<int>((order.size() + kAcross - 1) / kAcross);
  const int legend_top = kMargin + rows * step_y;
  Canvas canvas(std::max(columns * step_x, 200) + 2 * kMargin, legend_top + charts::kLegendHeight + kMargin,
                charts::kWhite);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const int left = kMargin + static_cast<int>(i % kAcross) * step_x;
    const int top = kMargin + static_cast<int>(i / kAcross) * step_y;
    canvas.text(left, top, fmt::to_string(maps[i]), charts::kBlack);
    for (std::size_t place = 0; place < places; ++place) {
      const auto x = static_cast<int>(place % static_cast<std::size_t>(side));
      const auto y = static_cast<int>(place / static_cast<std::size_t>(side));
      canvas.fill({left + x * scale, top + kLabel + y * scale, scale, scale},
                  charts::colour_of(charts::ScaleKind::kDiverging, share(weights[order[i] * places + place], largest)));
    }
    canvas.frame({left, top + kLabel, side * scale, side * scale}, charts::kBlack);
  }
  charts::draw_legend(canvas, {kMargin, legend_top, 200, charts::kLegendHeight}, charts::ScaleKind::kDiverging,
                      largest);
  return canvas.image();
}

}  // namespace

std::optional<IncomingFilter> incoming_filter(const Network& network, const Weights& weights, const Unit& unit) {
  const std::size_t layer = network.index_of(unit.layer);
  const auto* convolution = std::get_if<Conv2D>(&network.layers()[layer]);
  if (convolution == nullptr) {
    return std::nullopt;
  }
  const Tensor all = weights.at(unit.layer + ".weight").converted(ElementType::kF64);
  const auto channels = static_cast<std::size_t>(all.shape()[1]);
  const std::size_t length = static_cast<std::size_t>(all.size()) / static_cast<std::size_t>(convolution->filters);
  const auto own = all.as<double>().subspan(unit.index * length, length);
  IncomingFilter found{.reads = layer > 0 ? name_of(network.layers()[layer - 1]) : "", .maps = {}, .picture = {}};
  for (const double weight : own) {
    found.largest = std::max(found.largest, std::abs(weight));
  }
  const auto names = unit_layers(network);
  if (names.front() == unit.layer && (channels == 1 || channels == 3)) {
    const bool reversed = network.normalize() != nullptr && network.normalize()->order == Normalize::Order::kBGR;
    found.picture = in_colour(own, convolution->kernel, channels, reversed, found.largest);
    return found;
  }
  const std::size_t places = length / channels;
  std::vector<double> norms(channels);
  for (std::size_t c = 0; c < channels; ++c) {
    for (const double weight : own.subspan(c * places, places)) {
      norms[c] += weight * weight;
    }
  }
  std::vector<std::size_t> order(channels);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t c) { return norms[c]; });
  order.resize(std::min(order.size(), kKernels));
  // A group of filters reads the channels of its own group.
  const std::size_t group =
      unit.index * static_cast<std::size_t>(convolution->groups) / static_cast<std::size_t>(convolution->filters);
  for (const std::size_t c : order) {
    found.maps.push_back(group * channels + c);
  }
  found.picture = kernels(own, convolution->kernel, order, found.maps, found.largest);
  return found;
}

}  // namespace alexnet::explain
