#include "alexnet/network/lrn.h"

#include <fmt/format.h>

#include "core/text.h"
#include "network/checks.h"
#include "network/layer_rules.h"

namespace alexnet {
namespace {

constexpr std::array<std::string_view, 2> kSpanNames{"across", "within"};

}  // namespace

Shape LayerRules<LRN>::output_shape(const LRN& layer, const Shape& input) {
  require_image(layer.name, input);
  if (layer.size < 1 || layer.size % 2 == 0) {
    refuse(layer.name, "an odd size", fmt::to_string(layer.size));
  }
  require_at_least(layer.name, "groups", 1, layer.groups);
  if (layer.span == LRN::Span::kWithin && layer.groups != 1) {
    refuse(layer.name, "groups 1 within a map", fmt::to_string(layer.groups));
  }
  if (input[0] % layer.groups != 0) {
    refuse(layer.name, fmt::format("channels that {} groups divide", layer.groups),
           fmt::format("{} channels", input[0]));
  }
  require_finite(layer.name, "alpha", layer.alpha);
  require_finite(layer.name, "beta", layer.beta);
  require_finite(layer.name, "k", layer.k);
  // d = k + c * (sum of squares) must stay positive: it is raised to a broken power.
  if (layer.alpha < 0) {
    refuse(layer.name, "alpha of at least 0", fmt::to_string(layer.alpha));
  }
  if (layer.k <= 0) {
    refuse(layer.name, "k above 0", fmt::to_string(layer.k));
  }
  return input;
}

std::string LayerRules<LRN>::geometry(const LRN& layer) {
  const std::string c = short_number(layer.coefficient());
  std::string text = layer.span == LRN::Span::kAcross
                         ? fmt::format("{} c {} k {}", layer.size, c, short_number(layer.k))
                         : fmt::format("{}x{} c {} k {}", layer.size, layer.size, c, short_number(layer.k));
  if (layer.groups > 1) {
    text += fmt::format(" groups {}", layer.groups);
  }
  return text;
}

void LayerRules<LRN>::fields(FieldVisitor& visitor, LRN& layer) {
  visitor.choice("span", layer.span, kSpanNames);
  visitor.field("size", layer.size);
  visitor.field("alpha", layer.alpha);
  visitor.field("beta", layer.beta);
  visitor.field("k", layer.k);
  visitor.field("alpha_divided", layer.alpha_divided);
  visitor.field("groups", layer.groups);
}

}  // namespace alexnet
