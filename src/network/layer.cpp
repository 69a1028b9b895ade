#include "alexnet/network/layer.h"

#include "network/checks.h"
#include "network/layer_rules.h"

namespace alexnet {
namespace {

template <class L>
using Rules = LayerRules<std::decay_t<L>>;

void check_input(const std::string& layer, const Shape& input) {
  for (const std::int64_t extent : input) {
    require_at_least(layer, "an input extent", 1, extent);
  }
  if (input.size() != 1 && input.size() != 3) {
    refuse(layer, "an input of channels, or of channels x height x width", to_string(input));
  }
  (void)checked_product(layer, "input elements", input);
}

}  // namespace

const std::string& name_of(const Layer& layer) {
  return std::visit([](const auto& l) -> const std::string& { return l.name; }, layer);
}

std::string_view kind_of(const Layer& layer) {
  return std::visit([](const auto& l) { return Rules<decltype(l)>::kKind; }, layer);
}

Shape output_shape(const Layer& layer, const Shape& input) {
  check_input(name_of(layer), input);
  Shape output = std::visit([&](const auto& l) { return Rules<decltype(l)>::output_shape(l, input); }, layer);
  (void)checked_product(name_of(layer), "output elements", output);
  return output;
}

std::vector<ParameterSpec> parameters(const Layer& layer, const Shape& input) {
  (void)output_shape(layer, input);
  auto specs = std::visit([&](const auto& l) { return Rules<decltype(l)>::parameters(l, input); }, layer);
  for (const ParameterSpec& spec : specs) {
    (void)checked_product(name_of(layer), "parameters", spec.shape);
  }
  return specs;
}

std::int64_t macs(const Layer& layer, const Shape& input) {
  const Shape output = output_shape(layer, input);
  return std::visit([&](const auto& l) { return Rules<decltype(l)>::macs(l, input, output); }, layer);
}

Reach reach(const Layer& layer) {
  return std::visit([](const auto& l) { return Rules<decltype(l)>::reach(l); }, layer);
}

std::string geometry(const Layer& layer) {
  return std::visit([](const auto& l) { return Rules<decltype(l)>::geometry(l); }, layer);
}

}  // namespace alexnet
