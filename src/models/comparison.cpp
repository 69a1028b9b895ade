#include "alexnet/models/comparison.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/models/models.h"
#include "alexnet/network/summary.h"

#include "core/text.h"

namespace alexnet::models {
namespace {

/// The kind in short: "conv 96", "max pool", "LRN in map".
std::string short_kind(const Layer& layer) {
  return std::visit(
      Overload{[](const Conv2D& l) { return fmt::format("conv {}", l.filters); },
               [](const LocallyConnected2D& l) { return fmt::format("local {}", l.filters); },
               [](const Dense& l) { return fmt::format("dense {}", l.units); },
               [](const MaxPool2D&) { return std::string("max pool"); },
               [](const AvgPool2D&) { return std::string("average pool"); },
               [](const BatchNorm&) { return std::string("BN"); }, [](const ReLU&) { return std::string("ReLU"); },
               [](const LRN& l) { return std::string(l.span == LRN::Span::kAcross ? "LRN" : "LRN in map"); },
               [&](const auto&) { return std::string(kind_of(layer)); }},
      layer);
}

bool begins_block(const Layer& layer) {
  return std::holds_alternative<Conv2D>(layer) || std::holds_alternative<LocallyConnected2D>(layer) ||
         std::holds_alternative<Dense>(layer);
}

/// All layers but flatten, a line for each one with weights and those behind it.
std::string layers_of(const Network& network) {
  const Summary summary = summarize(network, 1);
  std::string text;
  for (std::size_t i = 0; i < summary.rows.size(); ++i) {
    const Layer& layer = network.layers()[i];
    if (std::holds_alternative<Flatten>(layer)) {
      continue;
    }
    text += text.empty() ? "" : begins_block(layer) ? "<br>" : ", ";
    text += short_kind(layer);
    text += summary.rows[i].geometry.empty() ? "" : " " + summary.rows[i].geometry;
  }
  return text;
}

std::string start_text(const Initializer& init) {
  switch (init.kind) {
    case Initializer::Kind::kConstant:
      return fmt::format("{}", init.value);
    case Initializer::Kind::kGaussian:
      return fmt::format("N({})", init.value);
    case Initializer::Kind::kGlorotUniform:
      return "Glorot uniform";
    case Initializer::Kind::kHeNormal:
      return "He normal";
    case Initializer::Kind::kFanInUniform:
      break;
  }
  return "uniform within 1/sqrt(fan-in)";
}

/// "N(0.01)", with "rate 2" and "decay 0" where they are not 1.
std::string options_text(const ParameterOptions& options) {
  std::string text = start_text(options.init);
  text += options.rate == 1 ? "" : fmt::format(" rate {:.4g}", options.rate);
  text += options.decay == 1 ? "" : fmt::format(" decay {:.4g}", options.decay);
  return text;
}

/// How the weights (or biases) of convolutions and dense layers start and learn: what most have, then the others by
/// layer.
std::string starts_of(const Network& network, std::string_view suffix) {
  std::vector<std::pair<std::string, std::vector<std::string>>> groups;  // text, layers
  for (std::size_t i = 0; i < network.layers().size(); ++i) {
    for (const ParameterSpec& spec : network.facts(i).parameters) {
      if (!begins_block(network.layers()[i]) || !spec.name.ends_with(suffix)) {
        continue;
      }
      const std::string text = options_text(spec.options);
      auto group = std::ranges::find(groups, text, &decltype(groups)::value_type::first);
      if (group == groups.end()) {
        group = groups.insert(groups.end(), {text, {}});
      }
      group->second.push_back(name_of(network.layers()[i]));
    }
  }
  std::ranges::stable_sort(groups, [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
  std::string text = groups.empty() ? "none" : groups.front().first;
  for (std::size_t g = 1; g < groups.size(); ++g) {
    text += fmt::format("; {}: {}", fmt::join(groups[g].second, ", "), groups[g].first);
  }
  return text;
}

}  // namespace

std::string comparison_markdown() {
  std::string sizes =
      "| network | what it is | input | parameters | trainable | MACs a photo |\n|---|---|---|---|---|---|\n";
  std::string layers = "| network | layers |\n|---|---|\n";
  std::string starts = "| network | weights | biases |\n|---|---|---|\n";
  for (const Preset& preset : presets()) {
    const Network network = preset.make(preset.classes);
    sizes += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", preset.name, preset.summary, to_string(network.input()),
                         with_commas(network.parameter_count()), with_commas(network.trainable_count()),
                         with_commas(network.macs()));
    layers += fmt::format("| `{}` | {} |\n", preset.name, layers_of(network));
    starts +=
        fmt::format("| `{}` | {} | {} |\n", preset.name, starts_of(network, ".weight"), starts_of(network, ".bias"));
  }
  return "### Sizes\n\n" + sizes + "\n### Layers\n\n" + layers + "\n### Starts, learning rates, decay\n\n" + starts;
}

std::string comparison_json() {
  auto document = nlohmann::ordered_json{{"schema", "alexnet.networks"}, {"version", 1}};
  auto& networks = document["networks"] = nlohmann::ordered_json::array();
  for (const Preset& preset : presets()) {
    const Network network = preset.make(preset.classes);
    networks.push_back({{"name", preset.name},
                        {"summary", preset.summary},
                        {"source", preset.source},
                        {"input", network.input()},
                        {"classes", network.classes()},
                        {"parameters", network.parameter_count()},
                        {"trainable", network.trainable_count()},
                        {"macs", network.macs()}});
  }
  return document.dump();
}

}  // namespace alexnet::models
