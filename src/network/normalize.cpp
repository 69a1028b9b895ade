#include "alexnet/network/normalize.h"

#include <array>

#include <fmt/format.h>

#include "core/text.h"
#include "network/checks.h"
#include "network/layer_rules.h"

namespace alexnet {
namespace {

constexpr std::array<std::string_view, 2> kOrderNames{"rgb", "bgr"};
constexpr std::array<std::string_view, 2> kMeanAtNames{"centre", "crop"};

void check_per_channel(const Normalize& layer, std::string_view what, const std::vector<double>& values,
                       std::int64_t channels) {
  const auto count = static_cast<std::int64_t>(values.size());
  if (count > 1 && count != channels) {
    refuse(layer.name, fmt::format("no {}, one, or one for each of {} channels", what, channels),
           fmt::format("{} of them", count));
  }
  for (const double value : values) {
    require_finite(layer.name, what, value);
  }
}

void check_mean_image(const Normalize& layer, const Shape& input) {
  if (!layer.mean_image) {
    if (layer.mean_height != 0 || layer.mean_width != 0) {
      refuse(layer.name, "no size of a mean image, as it has none",
             fmt::format("{}x{}", layer.mean_height, layer.mean_width));
    }
    return;
  }
  if (!layer.mean.empty()) {
    refuse(layer.name, "a mean image or means, not both", fmt::format("a mean image and {} means", layer.mean.size()));
  }
  if (layer.mean_height < input[1] || layer.mean_width < input[2]) {
    refuse(layer.name, fmt::format("a mean image of at least {}x{}", input[1], input[2]),
           fmt::format("{}x{}", layer.mean_height, layer.mean_width));
  }
}

}  // namespace

Shape LayerRules<Normalize>::output_shape(const Normalize& layer, const Shape& input) {
  require_image(layer.name, input);
  if (layer.order == Normalize::Order::kBGR && input[0] != 3) {
    refuse(layer.name, "3 channels for the order bgr", fmt::to_string(input[0]));
  }
  require_finite(layer.name, "scale", layer.scale);
  check_per_channel(layer, "mean", layer.mean, input[0]);
  check_per_channel(layer, "deviation", layer.deviation, input[0]);
  for (const double deviation : layer.deviation) {
    if (deviation <= 0) {
      refuse(layer.name, "deviations above 0", fmt::to_string(deviation));
    }
  }
  check_mean_image(layer, input);
  return input;
}

std::vector<ParameterSpec> LayerRules<Normalize>::parameters(const Normalize& layer, const Shape& input) {
  if (!layer.mean_image) {
    return {};
  }
  return {{layer.name + ".mean", {input[0], layer.mean_height, layer.mean_width}, ParameterRole::kConstant, {}}};
}

std::string LayerRules<Normalize>::geometry(const Normalize& layer) {
  std::string text = layer.order == Normalize::Order::kBGR ? "bgr " : "";
  text += layer.scale == 1.0 / 255 ? "/255" : "x " + short_number(layer.scale);
  if (layer.mean_image) {
    text += fmt::format(" mean {}x{}", layer.mean_height, layer.mean_width);
  } else if (!layer.mean.empty()) {
    text += " mean";
  }
  return layer.deviation.empty() ? text : text + " sd";
}

void LayerRules<Normalize>::fields(FieldVisitor& visitor, Normalize& layer) {
  visitor.choice("order", layer.order, kOrderNames);
  visitor.field("scale", layer.scale);
  visitor.field("mean", layer.mean);
  visitor.field("deviation", layer.deviation);
  visitor.field("mean_image", layer.mean_image);
  visitor.field("mean_height", layer.mean_height);
  visitor.field("mean_width", layer.mean_width);
  visitor.choice("mean_at", layer.mean_at, kMeanAtNames);
}

}  // namespace alexnet
