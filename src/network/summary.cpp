#include "alexnet/network/summary.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "alexnet/core/error.h"

#include "network/layer_rules.h"

namespace alexnet {
namespace {

constexpr std::int64_t kFloatBytes = 4;
constexpr int kLargestBatch = 65536;

/// "96 x (3 x 11 x 11)", "4096 x 9216" or "96".
std::string term(const Shape& shape) {
  if (shape.size() <= 2) {
    return fmt::format("{}", fmt::join(shape, " x "));
  }
  return fmt::format("{} x ({})", shape[0], fmt::join(shape.begin() + 1, shape.end(), " x "));
}

/// The terms of a layer's parameters, equal neighbours gathered: "96 x (3 x 11 x 11) + 96", "4 x 256".
std::string formula(const std::vector<ParameterSpec>& parameters) {
  std::string text;
  for (auto first = parameters.begin(); first != parameters.end();) {
    const auto next = std::find_if(first, parameters.end(), [&](const ParameterSpec& spec) {
      return spec.shape != first->shape || spec.role == ParameterRole::kConstant;
    });
    if (first->role == ParameterRole::kConstant) {
      ++first;
      continue;
    }
    const auto count = next - first;
    text += text.empty() ? "" : " + ";
    text += count > 1 ? fmt::format("{} x {}", count, term(first->shape)) : term(first->shape);
    first = next;
  }
  return text;
}

/// Receptive field of a window of w on top of one of r whose pixels lie `step` apart: r + (w - 1) * step.
/// In double, and bounded: a file may ask for any number of large strides.
struct ReceptiveField {
  static constexpr double kLargest = 0x1p53;
  double size = 1;
  double step = 1;
  bool everything = false;

  void widen(const Reach& reach) {
    everything = everything || reach.everything;
    size = std::min(size + (reach.window - 1) * step, kLargest);
    step = std::min(step * reach.stride, kLargest);
  }
};

SummaryRow row_of(const Layer& layer, const LayerFacts& facts, const ReceptiveField& field) {
  return {.name = name_of(layer),
          .kind = std::string(kind_of(layer)),
          .geometry = geometry(layer),
          .output = facts.output,
          .parameters = facts.parameter_count,
          .trainable = facts.trainable_count,
          .parameter_formula = formula(facts.parameters),
          .macs = facts.macs,
          .receptive_field = field.everything ? 0 : static_cast<std::int64_t>(field.size),
          .activation_bytes = kFloatBytes * element_count(facts.output)};
}

double percent(std::int64_t part, std::int64_t whole) {
  return 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

/// Which of the two kinds of layer that hold nearly everything has more of a number, and which layer has most.
struct Most {
  std::string_view kind;
  double kind_percent;
  std::string layer;
  double layer_percent;
};

Most where_most(const Summary& summary, std::int64_t SummaryRow::*number, std::int64_t total) {
  const auto of_kind = [&](std::string_view kind) {
    std::int64_t sum = 0;
    for (const SummaryRow& row : summary.rows) {
      sum += row.kind == kind ? row.*number : 0;
    }
    return percent(sum, total);
  };
  const double convolutions = of_kind(LayerRules<Conv2D>::kKind);
  const double dense = of_kind(LayerRules<Dense>::kKind);
  const auto largest = std::ranges::max_element(summary.rows, {}, number);
  return {convolutions > dense ? "the convolutions" : "the dense layers", std::max(convolutions, dense), largest->name,
          percent((*largest).*number, total)};
}

}  // namespace

Summary summarize(const Network& network, int batch) {
  if (batch < 1 || batch > kLargestBatch) {
    throw Error(Message::kOptionInvalid, {{"where", "batch"},
                                          {"expected", fmt::format("a number from 1 to {}", kLargestBatch)},
                                          {"got", fmt::to_string(batch)}});
  }
  Summary summary;
  summary.network = network.name();
  summary.input = network.input();
  summary.batch = batch;
  ReceptiveField field;
  std::int64_t activations = kFloatBytes * element_count(network.input());
  std::int64_t largest_pair = 0;
  for (std::size_t i = 0; i < network.layers().size(); ++i) {
    const LayerFacts& facts = network.facts(i);
    field.widen(reach(network.layers()[i]));
    summary.rows.push_back(row_of(network.layers()[i], facts, field));
    activations += summary.rows.back().activation_bytes;
    largest_pair = std::max(largest_pair, kFloatBytes * (element_count(facts.input) + element_count(facts.output)));
  }
  summary.parameters = network.parameter_count();
  summary.trainable = network.trainable_count();
  summary.macs = network.macs();
  summary.weight_bytes = kFloatBytes * summary.parameters;
  // Weights, a gradient and a momentum slot for each trainable one, and every activation with its gradient.
  summary.training_bytes = summary.weight_bytes + 2 * kFloatBytes * summary.trainable + 2 * batch * activations;
  // Weights, and the two activations of the layer at work.
  summary.inference_bytes = summary.weight_bytes + largest_pair;
  return summary;
}

std::string teaching_sentences(const Summary& summary) {
  std::string text = "This network has no parameters.";
  if (summary.parameters > 0) {
    const Most most = where_most(summary, &SummaryRow::parameters, summary.parameters);
    text = fmt::format("Of the parameters, {:.1f} % are in {} ({:.1f} % in {} alone).", most.kind_percent, most.kind,
                       most.layer_percent, most.layer);
  }
  if (summary.macs == 0) {
    return text + " It multiplies and accumulates nothing.";
  }
  const Most most = where_most(summary, &SummaryRow::macs, summary.macs);
  return text + fmt::format(" Of the work, {:.1f} % is done by {} ({:.1f} % by {} alone).", most.kind_percent,
                            most.kind, most.layer_percent, most.layer);
}

}  // namespace alexnet
