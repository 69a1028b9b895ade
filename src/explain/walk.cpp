#include "alexnet/explain/walk.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/image/encode.h"
#include "alexnet/infer/predictor.h"

#include "core/base64.h"
#include "explain/walk_example.h"
#include "explain/walk_maps.h"
#include "network/layer_json.h"

namespace alexnet::explain {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kAnswers = 20;  // classes whose part of the softmax is shown

/// The pixels of the cut as the network's first layer reads them: (C,H,W).
Tensor pixels_of(const Image& cut) {
  Tensor pixels(ElementType::kF64, {cut.channels, cut.height, cut.width});
  const auto channels = static_cast<std::size_t>(cut.channels);
  const std::size_t cells = cut.pixels.size() / channels;
  for (std::size_t i = 0; i < cut.pixels.size(); ++i) {
    pixels.as<double>()[i % channels * cells + i / channels] = cut.pixels[i];
  }
  return pixels;
}

/// Where the largest value stands, the first of equals.
Spot strongest_of(const Tensor& activation) {
  const auto values = activation.as<double>();
  const std::int64_t peak = std::ranges::max_element(values) - values.begin();
  const Shape& shape = activation.shape();
  return shape.size() == 3 ? Spot{peak / (shape[1] * shape[2]), peak / shape[2] % shape[1], peak % shape[2]}
                           : Spot{peak, 0, 0};
}

std::int64_t checked(std::optional<std::int64_t> wanted, std::int64_t otherwise, std::int64_t count, const char* what) {
  if (wanted && (*wanted < 0 || *wanted >= count)) {
    throw Error(Message::kOptionInvalid,
                {{"where", what}, {"expected", fmt::format("0 to {}", count - 1)}, {"got", fmt::to_string(*wanted)}});
  }
  return wanted.value_or(otherwise);
}

Spot wanted_spot(const Tensor& output, const WalkOptions& options) {
  const Spot strongest = strongest_of(output);
  const Shape& shape = output.shape();
  const bool maps = shape.size() == 3;
  return {checked(options.unit, strongest.unit, shape[0], "unit"),
          checked(options.row, strongest.row, maps ? shape[1] : 1, "row"),
          checked(options.column, strongest.column, maps ? shape[2] : 1, "column")};
}

ordered_json settings_of(const Layer& layer) {
  ordered_json settings = layer_to_json(layer);
  for (const char* key : {"kind", "name", "weight", "bias"}) {  // the last two say how they began
    settings.erase(key);
  }
  return settings;
}

ordered_json facts_of(const LayerPass& pass) {
  const auto values = pass.output.as<double>();
  const auto [least, most] = std::ranges::minmax(values);
  const auto count = static_cast<double>(values.size());
  const Spot strongest = strongest_of(pass.output);
  const LayerFacts& facts = pass.network.facts(pass.index);
  ordered_json value = {{"name", name_of(pass.layer())},
                        {"kind", kind_of(pass.layer())},
                        {"settings", settings_of(pass.layer())},
                        {"input", facts.input},
                        {"output", facts.output},
                        {"parameters", facts.parameter_count},
                        {"macs", facts.macs},
                        {"least", short_value(least)},
                        {"largest", short_value(most)},
                        {"mean", short_value(std::accumulate(values.begin(), values.end(), 0.0) / count)},
                        {"zeros", short_value(static_cast<double>(std::ranges::count(values, 0.0)) / count)},
                        {"strongest", {{"unit", strongest.unit}}}};
  if (pass.output.shape().size() == 3) {
    value["strongest"]["row"] = strongest.row;
    value["strongest"]["column"] = strongest.column;
  }
  if (const auto* convolution = std::get_if<Conv2D>(&pass.layer())) {
    const Padding padding =
        convolution->padding.resolved(facts.input[1], facts.input[2], convolution->kernel, convolution->stride);
    value["padding"] = {
        {"top", padding.top}, {"left", padding.left}, {"bottom", padding.bottom}, {"right", padding.right}};
  }
  return value;
}

/// Whether a layer's maps differ from those in front of it.
bool has_own_maps(const Layer& layer) {
  return !std::holds_alternative<Flatten>(layer) && !std::holds_alternative<Dropout>(layer);
}

/// exp((score - largest) / temperature) and its share of the sum, of the most likely classes.
ordered_json answer_of(const PhotoPass& pass) {
  const auto values = pass.values();
  const auto top = top_classes(values, pass.model().classes, kAnswers);
  const bool probabilities = pass.network().output() == OutputKind::kProbabilities;
  ordered_json answer = {{"output", probabilities ? "probabilities" : "scores"}, {"classes", ordered_json::array()}};
  const double temperature = pass.calibration() ? pass.calibration()->temperature : 1;
  const double largest = std::ranges::max(pass.scores());
  const auto term = [&](double score) { return std::exp((score - largest) / temperature); };
  double sum = 0;
  for (const double score : pass.scores()) {
    sum += term(score);
  }
  double others = sum;
  for (const ClassScore& one : top) {
    const double score = pass.scores()[one.index];
    ordered_json entry = {{"name", one.name}, {"index", one.index}, {"score", short_value(score)}};
    if (probabilities) {
      entry["exp"] = short_value(term(score));
      entry["probability"] = short_value(one.value);
      others -= term(score);
    }
    answer["classes"].push_back(std::move(entry));
  }
  const std::size_t left = values.size() - top.size();
  answer["others"] = {{"count", left}};
  if (probabilities) {
    answer["temperature"] = short_value(temperature);
    answer["largest"] = short_value(largest);
    answer["sum"] = short_value(sum);
    answer["others"]["exp"] = short_value(left == 0 ? 0 : std::max(0.0, others));
  }
  return answer;
}

}  // namespace

std::string walk_json(const PhotoPass& pass, const WalkOptions& options) {
  const Network& network = pass.network();
  const bool all = options.layer.empty();
  const std::size_t wanted = all ? 0 : network.index_of(options.layer);
  const Image& cut = pass.cut();
  const PhotoWindow window = pass.window();
  ordered_json document = {
      {"input",
       {{"shape", network.input()},
        {"photo", {{"width", pass.photo().width}, {"height", pass.photo().height}}},
        {"window", {{"left", window.left}, {"top", window.top}, {"width", window.width}, {"height", window.height}}}}},
      {"layers", ordered_json::array()}};
  if (options.maps) {
    document["input"]["png"] = base64(encode_png(cut));
  }
  Tensor before = all || wanted == 0 ? pixels_of(cut) : pass.activation(name_of(network.layers()[wanted - 1]));
  for (std::size_t i = wanted; i < (all ? network.layers().size() : wanted + 1); ++i) {
    const Layer& layer = network.layers()[i];
    Tensor after = pass.activation(name_of(layer));
    const LayerPass one{network, i, before, after, pass.weights_of(i)};
    ordered_json entry = facts_of(one);
    if (options.maps && has_own_maps(layer)) {
      entry["maps"] = maps_json(after);
    }
    entry["example"] = example_of(one, all ? strongest_of(after) : wanted_spot(after, options));
    document["layers"].push_back(std::move(entry));
    before = std::move(after);
  }
  document["answer"] = answer_of(pass);
  return document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace alexnet::explain
