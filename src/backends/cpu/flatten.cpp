#include "step.h"

namespace alexnet::cpu {
namespace {

class FlattenStep final : public Step {
 public:
  void forward(StepCall& call) override { to_logical(in, call.input, call.output); }
  void backward_data(StepCall& call) override { from_logical(in, call.output_gradient, call.input_gradient); }
};

}  // namespace

std::unique_ptr<Step> make_step(const Flatten&, const StepContext& context) {
  auto step = std::make_unique<FlattenStep>();
  step->in = context.input;
  step->out = Layout::plain_rows(context.input.rows, context.input.elements_per_row());
  return step;
}

}  // namespace alexnet::cpu
