#include "alexnet/explain/units.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "alexnet/core/error.h"

namespace alexnet::explain {
namespace {

bool is_convolution(const Layer& layer) {
  return std::holds_alternative<Conv2D>(layer) || std::holds_alternative<LocallyConnected2D>(layer);
}

void slide(FieldGrid& grid, const Shape& input, int size, int stride, const Padding& padding) {
  const Padding p = padding.resolved(input[1], input[2], size, stride);
  grid.left -= p.left * grid.step;
  grid.top -= p.top * grid.step;
  grid.size += (size - 1) * grid.step;
  grid.step *= stride;
}

}  // namespace

FieldGrid field_grid(const Network& network, std::size_t layer) {
  FieldGrid grid;
  for (std::size_t i = 0; i <= layer; ++i) {
    const Shape& input = network.facts(i).input;
    std::visit(
        Overload{[&](const Conv2D& l) { slide(grid, input, l.kernel, l.stride, l.padding); },
                 [&](const LocallyConnected2D& l) { slide(grid, input, l.kernel, l.stride, l.padding); },
                 [&](const MaxPool2D& l) { slide(grid, input, l.window, l.stride, l.padding); },
                 [&](const AvgPool2D& l) { slide(grid, input, l.window, l.stride, l.padding); }, [](const auto&) {}},
        network.layers()[i]);
  }
  return grid;
}

std::vector<std::string> unit_layers(const Network& network) {
  std::vector<std::string> names;
  for (const Layer& layer : network.layers()) {
    if (is_convolution(layer)) {
      names.push_back(name_of(layer));
    }
  }
  return names;
}

Unit unit_by_name(const Network& network, std::string_view text) {
  const auto slash = text.rfind('/');
  Unit unit;
  const char* end = text.data() + text.size();
  const char* first = text.data() + std::min(slash == std::string_view::npos ? text.size() : slash + 1, text.size());
  if (const auto read = std::from_chars(first, end, unit.index); read.ec != std::errc{} || read.ptr != end) {
    throw Error(Message::kOptionInvalid,
                {{"where", "--unit"}, {"expected", "LAYER/NUMBER, like conv1/0"}, {"got", std::string(text)}});
  }
  unit.layer = std::string(text.substr(0, slash));
  const std::size_t layer = network.index_of(unit.layer);
  if (!is_convolution(network.layers()[layer])) {
    const auto names = unit_layers(network);
    throw Error(Message::kUnknownName, {{"kind", "convolution"},
                                        {"where", unit.layer},
                                        {"known", fmt::format("{}", fmt::join(names, ", "))},
                                        {"nearest", names.empty() ? "" : names.back()}});
  }
  if (const auto units = static_cast<std::size_t>(network.facts(layer).output[0]); unit.index >= units) {
    throw Error(Message::kOptionInvalid, {{"where", "--unit"},
                                          {"expected", fmt::format("{0}/0 to {0}/{1}", unit.layer, units - 1)},
                                          {"got", std::string(text)}});
  }
  return unit;
}

UnitPlace place_of_units(const Network& network, const std::string& convolution) {
  UnitPlace place{.layer = convolution};
  bool direct = true;  // nothing but normalisation since the convolution
  for (std::size_t i = network.index_of(convolution) + 1; i < network.layers().size(); ++i) {
    const Layer& layer = network.layers()[i];
    if (is_convolution(layer) || std::holds_alternative<Dense>(layer)) {
      break;
    }
    if (std::holds_alternative<ReLU>(layer)) {
      place.rectified = true;
      break;
    }
    direct = direct && (std::holds_alternative<BatchNorm>(layer) || std::holds_alternative<LRN>(layer));
    place.layer = direct ? name_of(layer) : place.layer;
    if (std::holds_alternative<Tanh>(layer) || std::holds_alternative<Sigmoid>(layer)) {
      break;
    }
  }
  return place;
}

}  // namespace alexnet::explain
