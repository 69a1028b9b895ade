#include "exchange_step.h"

namespace alexnet::cpu {
namespace {

class AllGatherStep final : public ExchangeStep {
 public:
  AllGatherStep(const StepContext& context, int towers) : ExchangeStep(context, towers) {
    out = in.with_channels(towers * in.channels);
  }

  void forward(StepCall& call) override {
    to_logical(in, call.input, mine(call).data());
    communicator_.all_gather(std::as_bytes(mine(call)), std::as_writable_bytes(all(call)));
    join(call);
  }
  void backward_data(StepCall& call) override {
    take_apart(call);
    communicator_.reduce_scatter(std::span<const float>(all(call)), mine(call));
    from_logical(in, mine(call).data(), call.input_gradient);
  }
};

}  // namespace

std::unique_ptr<Step> make_step(const AllGather& layer, const StepContext& context) {
  return std::make_unique<AllGatherStep>(context, layer.towers);
}

}  // namespace alexnet::cpu
