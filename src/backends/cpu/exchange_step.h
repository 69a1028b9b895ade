#pragma once

#include <string>

#include "runtime/rank_parts.h"
#include "step.h"

namespace alexnet::cpu {

/// Activations that go between ranks. They travel in logical order, since processors may differ in theirs.
class ExchangeStep : public Step {
 public:
  ExchangeStep(const StepContext& context, int towers)
      : communicator_(*context.options->communicator),
        parts_{towers, context.input.rows, context.input.elements_per_row()} {
    in = context.input;
  }

  /// This rank's part, those of all ranks as they are sent, and as they stand in the activation.
  [[nodiscard]] std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(parts_.part() + 2 * parts_.whole()) * sizeof(float);
  }
  [[nodiscard]] std::string kernel(Pass /*pass*/) const override { return std::string(communicator_.name()); }

 protected:
  [[nodiscard]] std::span<float> mine(const StepCall& call) const {
    return {reinterpret_cast<float*>(call.scratch), static_cast<std::size_t>(parts_.part())};
  }
  [[nodiscard]] std::span<float> all(const StepCall& call) const {
    return {mine(call).data() + parts_.part(), static_cast<std::size_t>(parts_.whole())};
  }
  void join(const StepCall& call) const {
    float* const whole = all(call).data() + parts_.whole();
    parts_.join(all(call).data(), whole);
    from_logical(out, whole, call.output);
  }
  void take_apart(const StepCall& call) const {
    float* const whole = all(call).data() + parts_.whole();
    to_logical(out, call.output_gradient, whole);
    parts_.take_apart(whole, all(call).data());
  }

  Communicator& communicator_;
  RankParts parts_;
};

}  // namespace alexnet::cpu
