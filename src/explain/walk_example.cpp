#include "explain/walk_example.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace alexnet::explain {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kWholeChannels = 3;  // of a filter, shown product by product
constexpr std::size_t kListed = 10;        // further channels, or inputs of a dense unit, shown by their sums

/// A filter at its place: the taps of input channel `first` + c are weights[c * size * size ...].
struct FilterWindow {
  std::int64_t first;  // channel that it begins to read at
  std::int64_t count;  // channels
  std::int64_t top;    // in the input's map; outside of it there are zeros
  std::int64_t left;
  std::int64_t size;
  std::span<const float> weights;
  double bias;
};

struct ChannelSum {
  std::int64_t channel;
  double sum;
};

double input_at(const Tensor& input, std::int64_t channel, std::int64_t row, std::int64_t column) {
  const Shape& shape = input.shape();
  const bool inside = row >= 0 && row < shape[1] && column >= 0 && column < shape[2];
  return inside ? value_at(input, {channel, row, column}) : 0;
}

/// f(tap, input, weight) for each tap of a channel.
template <class F>
void for_each_tap(const Tensor& input, const FilterWindow& window, std::int64_t c, F f) {
  const std::int64_t taps = window.size * window.size;
  for (std::int64_t tap = 0; tap < taps; ++tap) {
    const double x = input_at(input, window.first + c, window.top + tap / window.size, window.left + tap % window.size);
    f(tap, x, static_cast<double>(window.weights[static_cast<std::size_t>(c * taps + tap)]));
  }
}

ordered_json whole_channel(const Tensor& input, const FilterWindow& window, const ChannelSum& sum) {
  ordered_json inputs = ordered_json::array();
  ordered_json weights = ordered_json::array();
  for_each_tap(input, window, sum.channel - window.first, [&](std::int64_t, double x, double w) {
    inputs.push_back(short_value(x));
    weights.push_back(short_value(w));
  });
  return {{"channel", sum.channel},
          {"sum", short_value(sum.sum)},
          {"inputs", std::move(inputs)},
          {"weights", std::move(weights)}};
}

/// Channels in their order where all can be shown in full, else those that add most first.
ordered_json filter_example(const LayerPass& pass, const FilterWindow& window) {
  std::vector<ChannelSum> sums;
  sums.reserve(static_cast<std::size_t>(window.count));
  double result = window.bias;
  for (std::int64_t c = 0; c < window.count; ++c) {
    double sum = 0;
    for_each_tap(pass.input, window, c, [&](std::int64_t, double x, double w) { sum += x * w; });
    sums.push_back({window.first + c, sum});
    result += sum;
  }
  if (sums.size() > kWholeChannels) {
    std::stable_sort(sums.begin(), sums.end(),
                     [](const ChannelSum& a, const ChannelSum& b) { return std::abs(a.sum) > std::abs(b.sum); });
  }
  ordered_json example = {{"window", {{"top", window.top}, {"left", window.left}, {"size", window.size}}},
                          {"reads", {{"first", window.first}, {"count", window.count}}},
                          {"products", window.count * window.size * window.size},
                          {"channels", ordered_json::array()},
                          {"more", ordered_json::array()}};
  ChannelSum others{0, 0};
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (i < kWholeChannels) {
      example["channels"].push_back(whole_channel(pass.input, window, sums[i]));
    } else if (i < kWholeChannels + kListed) {
      example["more"].push_back({{"channel", sums[i].channel}, {"sum", short_value(sums[i].sum)}});
    } else {
      others = {others.channel + 1, others.sum + sums[i].sum};
    }
  }
  example["others"] = {{"count", others.channel}, {"sum", short_value(others.sum)}};
  example["bias"] = short_value(window.bias);
  example["result"] = short_value(result);
  return example;
}

ordered_json conv_example(const LayerPass& pass, const Conv2D& layer, const Spot& spot) {
  const Shape& in = pass.input.shape();
  const Padding padding = layer.padding.resolved(in[1], in[2], layer.kernel, layer.stride);
  const std::int64_t count = in[0] / layer.groups;
  const std::int64_t group = spot.unit / (layer.filters / layer.groups);
  const auto taps = static_cast<std::size_t>(count * layer.kernel * layer.kernel);
  const auto unit = static_cast<std::size_t>(spot.unit);
  auto example = filter_example(pass, {.first = group * count,
                                       .count = count,
                                       .top = spot.row * layer.stride - padding.top,
                                       .left = spot.column * layer.stride - padding.left,
                                       .size = layer.kernel,
                                       .weights = pass.parameter("weight").subspan(unit * taps, taps),
                                       .bias = layer.has_bias ? static_cast<double>(pass.parameter("bias")[unit]) : 0});
  example["group"] = group;
  return example;
}

/// Weights (H', W', filters, C, kernel, kernel), biases (filters, H', W').
ordered_json local_example(const LayerPass& pass, const LocallyConnected2D& layer, const Spot& spot) {
  const Shape& in = pass.input.shape();
  const Shape& out = pass.output.shape();
  const Padding padding = layer.padding.resolved(in[1], in[2], layer.kernel, layer.stride);
  const auto taps = static_cast<std::size_t>(in[0] * layer.kernel * layer.kernel);
  const auto filter = static_cast<std::size_t>((spot.row * out[2] + spot.column) * out[0] + spot.unit);
  const auto place = static_cast<std::size_t>((spot.unit * out[1] + spot.row) * out[2] + spot.column);
  return filter_example(pass, {.first = 0,
                               .count = in[0],
                               .top = spot.row * layer.stride - padding.top,
                               .left = spot.column * layer.stride - padding.left,
                               .size = layer.kernel,
                               .weights = pass.parameter("weight").subspan(filter * taps, taps),
                               .bias = layer.has_bias ? static_cast<double>(pass.parameter("bias")[place]) : 0});
}

/// The maps that a dense layer's inputs were flattened from; nothing behind another dense layer.
Shape flattened_from(const Network& network, std::size_t index) {
  while (index-- > 0) {
    const Layer& layer = network.layers()[index];
    if (std::holds_alternative<Dense>(layer)) {
      break;
    }
    if (std::holds_alternative<Flatten>(layer)) {
      return network.facts(index).input;
    }
  }
  return {};
}

ordered_json dense_example(const LayerPass& pass, const Dense& layer, const Spot& spot) {
  const auto x = pass.input.as<double>();
  const auto weights = pass.parameter("weight").subspan(static_cast<std::size_t>(spot.unit) * x.size(), x.size());
  const double bias =
      layer.has_bias ? static_cast<double>(pass.parameter("bias")[static_cast<std::size_t>(spot.unit)]) : 0;
  std::vector<double> products(x.size());
  std::transform(x.begin(), x.end(), weights.begin(), products.begin(),
                 [](double value, float weight) { return value * static_cast<double>(weight); });
  std::vector<std::size_t> order(x.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const std::size_t listed = std::min(kListed, x.size());
  const Shape maps = flattened_from(pass.network, pass.index);
  double sum = std::accumulate(products.begin(), products.end(), 0.0);
  ordered_json example = {{"inputs", x.size()}};
  const double result = sum + bias;
  std::int64_t left = static_cast<std::int64_t>(x.size());
  const auto list = [&](const char* key, double sign) {
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(listed), order.end(),
                      [&](std::size_t a, std::size_t b) {
                        return sign * products[a] > sign * products[b] || (products[a] == products[b] && a < b);
                      });
    example[key] = ordered_json::array();
    for (std::size_t i = 0; i < listed && sign * products[order[i]] > 0; ++i) {
      const std::size_t from = order[i];
      ordered_json term = {{"input", from}};
      if (maps.size() == 3) {
        const auto place = static_cast<std::int64_t>(from);
        term["from"] = {
            {"unit", place / (maps[1] * maps[2])}, {"row", place / maps[2] % maps[1]}, {"column", place % maps[2]}};
      }
      term["value"] = short_value(x[from]);
      term["weight"] = short_value(static_cast<double>(weights[from]));
      term["product"] = short_value(products[from]);
      example[key].push_back(std::move(term));
      sum -= products[from];
      --left;
    }
  };
  list("positive", 1);
  list("negative", -1);
  example["others"] = {{"count", left}, {"sum", short_value(left == 0 ? 0 : sum)}};
  example["bias"] = short_value(bias);
  example["result"] = short_value(result);
  return example;
}

/// One value for all channels, one for each, or none.
double of_channel(const std::vector<double>& values, std::int64_t channel, double none) {
  return values.empty() ? none : values[values.size() == 1 ? 0 : static_cast<std::size_t>(channel)];
}

/// (pixel * scale - mean) / deviation, of each channel at this place.
ordered_json normalize_example(const LayerPass& pass, const Normalize& layer, const Spot& spot) {
  ordered_json example = {{"channels", ordered_json::array()}};
  const Shape& shape = pass.output.shape();
  for (std::int64_t c = 0; c < shape[0]; ++c) {
    const std::int64_t source = layer.order == Normalize::Order::kBGR ? shape[0] - 1 - c : c;
    const double pixel = value_at(pass.input, {source, spot.row, spot.column});
    const double deviation = of_channel(layer.deviation, c, 1);
    const double result = value_at(pass.output, {c, spot.row, spot.column});
    // a mean image was cut where the photo was: what was subtracted follows from what came out
    const double mean = layer.mean_image ? pixel * layer.scale - result * deviation : of_channel(layer.mean, c, 0);
    example["channels"].push_back({{"channel", c},
                                   {"source", source},
                                   {"pixel", pixel},
                                   {"scale", layer.scale},
                                   {"mean", short_value(mean)},
                                   {"deviation", deviation},
                                   {"result", short_value(result)}});
  }
  return example;
}

/// weight * (x - mean) / sqrt(variance + epsilon) + bias
ordered_json batch_norm_example(const LayerPass& pass, const BatchNorm& layer, const Spot& spot) {
  const auto of = [&](const char* name) {
    return static_cast<double>(pass.parameter(name)[static_cast<std::size_t>(spot.unit)]);
  };
  const double before = value_at(pass.input, spot);
  const double result =
      of("weight") * (before - of("running_mean")) / std::sqrt(of("running_var") + layer.epsilon) + of("bias");
  return {{"before", short_value(before)},
          {"mean", short_value(of("running_mean"))},
          {"variance", short_value(of("running_var"))},
          {"epsilon", layer.epsilon},
          {"weight", short_value(of("weight"))},
          {"bias", short_value(of("bias"))},
          {"result", short_value(result)}};
}

/// The values of a map around a place before and after, and how many of the map's values are 0 after it.
ordered_json pointwise_example(const LayerPass& pass, const Spot& spot, double result) {
  constexpr std::int64_t kReach = 2;
  ordered_json example = {{"before", short_value(value_at(pass.input, spot))}, {"result", short_value(result)}};
  const Shape& shape = pass.output.shape();
  if (shape.size() == 3) {
    const std::int64_t top = std::max<std::int64_t>(0, spot.row - kReach);
    const std::int64_t left = std::max<std::int64_t>(0, spot.column - kReach);
    const std::int64_t bottom = std::min(shape[1], spot.row + kReach + 1);
    const std::int64_t right = std::min(shape[2], spot.column + kReach + 1);
    ordered_json before = ordered_json::array();
    ordered_json after = ordered_json::array();
    for (std::int64_t row = top; row < bottom; ++row) {
      for (std::int64_t column = left; column < right; ++column) {
        before.push_back(short_value(value_at(pass.input, {spot.unit, row, column})));
        after.push_back(short_value(value_at(pass.output, {spot.unit, row, column})));
      }
    }
    const auto cells = static_cast<std::size_t>(shape[1] * shape[2]);
    const auto map = pass.output.as<double>().subspan(static_cast<std::size_t>(spot.unit) * cells, cells);
    example["region"] = {{"top", top},
                         {"left", left},
                         {"height", bottom - top},
                         {"width", right - left},
                         {"before", std::move(before)},
                         {"after", std::move(after)}};
    example["map_zeros"] = short_value(static_cast<double>(std::ranges::count(map, 0.0)) / static_cast<double>(cells));
  }
  return example;
}

ordered_json flatten_example(const LayerPass& pass, const Spot& spot) {
  const Shape& in = pass.input.shape();
  ordered_json example = {{"input", spot.unit}};
  if (in.size() == 3) {
    example["from"] = {
        {"unit", spot.unit / (in[1] * in[2])}, {"row", spot.unit / in[2] % in[1]}, {"column", spot.unit % in[2]}};
  }
  example["result"] = short_value(value_at(pass.output, spot));
  return example;
}

}  // namespace

std::span<const float> LayerPass::parameter(const char* name) const {
  const auto found = weights.find(fmt::format("{}.{}", name_of(layer()), name));
  return found == weights.end() ? std::span<const float>() : found->second.as<float>();
}

double short_value(double value) { return std::isfinite(value) ? std::stod(fmt::format("{:.7g}", value)) : 0; }

double value_at(const Tensor& activation, const Spot& spot) {
  const Shape& shape = activation.shape();
  const std::int64_t place = shape.size() == 3 ? (spot.unit * shape[1] + spot.row) * shape[2] + spot.column : spot.unit;
  return activation.as<double>()[static_cast<std::size_t>(place)];
}

ordered_json example_of(const LayerPass& pass, const Spot& spot) {
  ordered_json place = {{"unit", spot.unit}};
  if (pass.output.shape().size() == 3) {
    place["row"] = spot.row;
    place["column"] = spot.column;
  }
  const double before = std::holds_alternative<Flatten>(pass.layer()) || pass.input.shape() != pass.output.shape()
                            ? 0
                            : value_at(pass.input, spot);
  ordered_json terms =
      std::visit(Overload{[&](const Normalize& layer) { return normalize_example(pass, layer, spot); },
                          [&](const Conv2D& layer) { return conv_example(pass, layer, spot); },
                          [&](const LocallyConnected2D& layer) { return local_example(pass, layer, spot); },
                          [&](const MaxPool2D& layer) { return pool_example(pass, layer, spot); },
                          [&](const AvgPool2D& layer) { return pool_example(pass, layer, spot); },
                          [&](const ReLU&) { return pointwise_example(pass, spot, std::max(before, 0.0)); },
                          [&](const Tanh&) { return pointwise_example(pass, spot, std::tanh(before)); },
                          [&](const Sigmoid&) { return pointwise_example(pass, spot, 1 / (1 + std::exp(-before))); },
                          [&](const LRN& layer) { return lrn_example(pass, layer, spot); },
                          [&](const BatchNorm& layer) { return batch_norm_example(pass, layer, spot); },
                          [&](const Dropout& layer) {
                            return pointwise_example(pass, spot, layer.inverted ? before : (1 - layer.rate) * before);
                          },
                          [&](const Flatten&) { return flatten_example(pass, spot); },
                          [&](const Dense& layer) { return dense_example(pass, layer, spot); },
                          // A tower has no program of its own: models that are walked through are whole.
                          [](const AllGather&) { return ordered_json::object(); },
                          [](const Gather&) { return ordered_json::object(); }},
                 pass.layer());
  place.update(terms);
  place["output"] = short_value(value_at(pass.output, spot));
  return place;
}

}  // namespace alexnet::explain
