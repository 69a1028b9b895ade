#include "alexnet/runtime/update_rule.h"

#include <algorithm>

#include "alexnet/network/layer.h"

namespace alexnet {

std::vector<std::string> slots_of(const UpdateRule& rule) {
  return std::visit(Overload{[](const Sgd&) { return std::vector<std::string>{"momentum"}; },
                             [](const Lars&) { return std::vector<std::string>{"momentum"}; },
                             [](const Adam&) {
                               return std::vector<std::string>{"adam_m", "adam_v"};
                             }},
                    rule);
}

bool has_trust_ratio(const ParameterSpec& parameter) {
  return parameter.shape.size() > 1 && !parameter.name.ends_with(".bias");
}

double trust_ratio(const Lars& rule, double decay, double weight_norm, double gradient_norm) {
  const bool both = weight_norm > 0 && gradient_norm > 0;
  return both ? rule.trust * weight_norm / (gradient_norm + decay * weight_norm) : 1;
}

double kept_average(double average, std::int64_t updates) {
  const auto t = static_cast<double>(updates);
  return std::min(average, (1 + t) / (10 + t));
}

}  // namespace alexnet
