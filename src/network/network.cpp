#include "alexnet/network/network.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "alexnet/core/error.h"

#include "core/text.h"
#include "network/checks.h"

namespace alexnet {
namespace {

void check_names(const Network::Options& options) {
  if (!is_plain_text(options.name)) {
    refuse("(all)", "a network name of printable UTF-8", "other bytes");
  }
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < options.layers.size(); ++i) {
    const std::string& name = name_of(options.layers[i]);
    const std::string place = fmt::format("{} ({})", i + 1, kind_of(options.layers[i]));
    if (name.empty() || !is_plain_text(name)) {
      refuse(place, "a name of printable UTF-8", name.empty() ? "an empty one" : "other bytes");
    }
    if (!seen.insert(name).second) {
      refuse(place, "a name of its own", fmt::format("{}, as an earlier layer", name));
    }
    if (i > 0 && std::holds_alternative<Normalize>(options.layers[i])) {
      refuse(name, "normalize as the first layer", fmt::format("place {}", i + 1));
    }
  }
}

LayerFacts facts_of(const Layer& layer, const Shape& input) {
  LayerFacts facts{input, output_shape(layer, input), parameters(layer, input), macs(layer, input)};
  for (const ParameterSpec& spec : facts.parameters) {
    const std::int64_t count = element_count(spec.shape);
    facts.parameter_count += spec.role == ParameterRole::kConstant ? 0 : count;
    facts.trainable_count += spec.role == ParameterRole::kTrainable ? count : 0;
  }
  return facts;
}

void check_tensor_names(const Network::Options& options, const std::vector<ParameterSpec>& parameters) {
  std::set<std::string_view> known;
  for (const ParameterSpec& spec : parameters) {
    known.insert(spec.name);
  }
  for (const auto& [parameter, name] : options.tensor_names) {
    if (!known.contains(parameter)) {
      refuse(parameter, "a parameter that has a tensor name", "no such parameter");
    }
  }
  std::set<std::string_view> used;
  for (const ParameterSpec& spec : parameters) {
    const auto renamed = options.tensor_names.find(spec.name);
    const std::string& name = renamed == options.tensor_names.end() ? spec.name : renamed->second;
    if (name.empty() || !is_plain_text(name) || !used.insert(name).second) {
      refuse(spec.name, "a tensor name of its own", name.empty() ? "an empty one" : name);
    }
  }
}

}  // namespace

Network::Network(Options options) : options_(std::move(options)) {
  if (options_.layers.empty()) {
    refuse("(none)", "at least one layer", "an empty list");
  }
  check_names(options_);
  Shape shape = options_.input;
  std::int64_t activations = 0;
  std::int64_t weights = 0;
  std::int64_t work = 0;
  for (const Layer& layer : options_.layers) {
    facts_.push_back(facts_of(layer, shape));
    const LayerFacts& facts = facts_.back();
    shape = facts.output;
    parameters_.insert(parameters_.end(), facts.parameters.begin(), facts.parameters.end());
    activations += element_count(facts.output);
    for (const ParameterSpec& spec : facts.parameters) {
      weights += element_count(spec.shape);
    }
    work += facts.macs;
    if (activations > kMostElements || weights > kMostElements || work > kMostMacs) {
      refuse(name_of(layer), fmt::format("a network of at most {} elements and {} MACs", kMostElements, kMostMacs),
             fmt::format("more, with this layer ({})", to_string(facts.output)));
    }
  }
  check_tensor_names(options_, parameters_);
}

std::size_t Network::index_of(std::string_view layer) const {
  const auto found =
      std::ranges::find(options_.layers, layer, [](const Layer& l) -> std::string_view { return name_of(l); });
  if (found == options_.layers.end()) {
    std::vector<std::string> names;
    std::ranges::transform(options_.layers, std::back_inserter(names), [](const Layer& l) { return name_of(l); });
    throw Error(Message::kLayerUnknown, {{"where", std::string(layer)}, {"nearest", nearest_name(layer, names)}});
  }
  return static_cast<std::size_t>(found - options_.layers.begin());
}

std::vector<ParameterSpec> Network::trainable() const {
  std::vector<ParameterSpec> result;
  std::ranges::copy_if(parameters_, std::back_inserter(result),
                       [](const ParameterSpec& spec) { return spec.role == ParameterRole::kTrainable; });
  return result;
}

std::int64_t Network::classes() const { return element_count(facts_.back().output); }

std::int64_t Network::parameter_count() const {
  std::int64_t count = 0;
  for (const LayerFacts& facts : facts_) {
    count += facts.parameter_count;
  }
  return count;
}

std::int64_t Network::trainable_count() const {
  std::int64_t count = 0;
  for (const LayerFacts& facts : facts_) {
    count += facts.trainable_count;
  }
  return count;
}

std::int64_t Network::macs() const {
  std::int64_t count = 0;
  for (const LayerFacts& facts : facts_) {
    count += facts.macs;
  }
  return count;
}

const std::string& Network::tensor_name(const std::string& parameter) const {
  if (const auto renamed = options_.tensor_names.find(parameter); renamed != options_.tensor_names.end()) {
    return renamed->second;
  }
  const auto found = std::ranges::find(parameters_, parameter, &ParameterSpec::name);
  if (found == parameters_.end()) {
    std::vector<std::string> names;
    std::ranges::transform(parameters_, std::back_inserter(names), &ParameterSpec::name);
    throw Error(Message::kUnknownName, {{"kind", "parameter"},
                                        {"where", parameter},
                                        {"nearest", nearest_name(parameter, names)},
                                        {"known", fmt::format("{}", fmt::join(names, ", "))}});
  }
  return found->name;
}

bool operator==(const Network& a, const Network& b) {
  return a.name() == b.name() && a.input() == b.input() && a.layers() == b.layers() && a.output() == b.output() &&
         a.options_.tensor_names == b.options_.tensor_names;
}

}  // namespace alexnet
