// How a CpuProgram changes its parameters.
#include <cmath>

#include "alexnet/runtime/checks.h"

#include "program.h"
#include "runtime/rank_parts.h"

namespace alexnet::cpu {

/// After the first plan, which chooses the order of the weights.
void CpuProgram::make_whole_gradients() {
  gradients_.resize(network_.parameters().size());
  elements_.resize(network_.parameters().size());
  for (std::size_t layer = 0, parameter = 0; layer < network_.layers().size(); ++layer) {
    const bool learns =
        is_whole() && options_.backward == Backward::kAll && !is_frozen(options_, network_.layers()[layer]);
    for (std::size_t i = 0; i < network_.facts(layer).parameters.size(); ++i, ++parameter) {
      if (learns && trainable_index_[parameter] >= 0) {
        gradients_[parameter] = FloatBuffer(parameters_->floats(parameter));
      }
      if (needs_norms() && trainable_index_[parameter] >= 0) {
        elements_[parameter] = parameters_->elements(parameter);
      }
    }
  }
}

bool CpuProgram::needs_norms() const {
  return options_.clip_norm > 0 || (options_.update && std::holds_alternative<Lars>(*options_.update));
}

/// What all gradients are multiplied by, so that their norm is clip_norm at most.
double CpuProgram::clip_scale() const {
  if (options_.clip_norm == 0) {
    return 1;
  }
  double sum = 0;
  for (const FloatBuffer& gradient : gradients_) {
    sum += gradient.size() == 0 ? 0
                                : kernels().sum_of_squares(gradient.data(), static_cast<std::int64_t>(gradient.size()));
  }
  const double norm = std::sqrt(sum_over_towers(network_, options_.communicator.get(), sum));
  return norm > options_.clip_norm ? options_.clip_norm / norm : 1;
}

void CpuProgram::update_all(const TrainCall& call) {
  const double scale = clip_scale();
  for (std::size_t parameter = 0; parameter < gradients_.size(); ++parameter) {
    if (gradients_[parameter].size() > 0) {
      update_parameter(parameter, gradients_[parameter].data(), call, "all layers", scale);
    }
  }
}

void CpuProgram::update_parameter(std::size_t parameter, const float* gradient, const TrainCall& call,
                                  const std::string& label, double scale) {
  const auto trainable = static_cast<std::size_t>(trainable_index_[parameter]);
  const double rate =
      call.rates[call.rates.size() == 1 ? 0 : trainable] * network_.parameters()[parameter].options.rate;
  if (rate == 0) {
    return;
  }
  profile_.measure(
      label, "update", [&] { update(parameter, gradient, rate, scale); },
      [&](ProfileRow& row) {
        const auto slots = static_cast<double>(slots_of(*options_.update).size()) + (options_.average > 0 ? 1 : 0);
        row.kernel = kernels().name;
        row.bytes = static_cast<double>(parameters_->floats(parameter)) * sizeof(float) * (3 + 2 * slots);
      });
}

void CpuProgram::update(std::size_t parameter, const float* gradient, double rate, double scale) {
  const auto n = static_cast<std::int64_t>(parameters_->floats(parameter));
  const ParameterSpec& spec = network_.parameters()[parameter];
  float* weights = parameters_->values(parameter);
  AverageStep average{nullptr, static_cast<float>(1 - kept_average(options_.average, parameters_->step()))};
  if (options_.average > 0) {
    average.values = parameters_->slot_values(kAverageSlot, parameter);
  }
  const auto sgd = [&](const Sgd& rule, double own_rate) {
    const SgdStep step{static_cast<float>(own_rate),
                       static_cast<float>(rule.momentum),
                       static_cast<float>(rule.decay * spec.options.decay),
                       rule.rate_inside,
                       rule.nesterov,
                       static_cast<float>(scale)};
    kernels().sgd(step, average, gradient, weights, parameters_->slot_values("momentum", parameter), n);
  };
  const auto norm = [&](const float* values) { return std::sqrt(kernels().sum_of_squares(values, n)); };
  std::visit(Overload{[&](const Sgd& rule) { sgd(rule, rate); },
                      [&](const Lars& rule) {
                        const double ratio = has_trust_ratio(spec) ? trust_ratio(rule, rule.decay * spec.options.decay,
                                                                                 norm(weights), scale * norm(gradient))
                                                                   : 1;
                        sgd(Sgd{.momentum = rule.momentum, .decay = rule.decay}, rate * ratio);
                      },
                      [&](const Adam& rule) {
                        const auto t = static_cast<double>(parameters_->step() + 1);
                        const double corrected =
                            rate * std::sqrt(1 - std::pow(rule.beta2, t)) / (1 - std::pow(rule.beta1, t));
                        const double decay = rule.decay * spec.options.decay;
                        const AdamStep step{static_cast<float>(corrected),
                                            static_cast<float>(rule.beta1),
                                            static_cast<float>(rule.beta2),
                                            static_cast<float>(1 - rule.beta1),
                                            static_cast<float>(1 - rule.beta2),
                                            static_cast<float>(rule.epsilon),
                                            static_cast<float>(rule.decoupled ? 0 : decay),
                                            static_cast<float>(rule.decoupled ? 1 - rate * decay : 1),
                                            static_cast<float>(scale)};
                        kernels().adam(step, average, gradient, weights, parameters_->slot_values("adam_m", parameter),
                                       parameters_->slot_values("adam_v", parameter), n);
                      }},
             *options_.update);
}

}  // namespace alexnet::cpu
