#include "exchange_step.h"

namespace alexnet::cpu {
namespace {

class GatherStep final : public ExchangeStep {
 public:
  GatherStep(const StepContext& context, const Gather& layer)
      : ExchangeStep(context, layer.towers), root_(layer.root), is_root_(layer.rank == layer.root) {
    out = is_root_ ? in.with_channels(layer.towers * in.channels) : Layout::plain_rows(in.rows, 0);
  }

  void forward(StepCall& call) override {
    to_logical(in, call.input, mine(call).data());
    communicator_.gather(std::as_bytes(mine(call)), std::as_writable_bytes(received(call)), root_);
    if (is_root_) {
      join(call);
    }
  }
  void backward_data(StepCall& call) override {
    if (is_root_) {
      take_apart(call);
    }
    communicator_.scatter(std::as_bytes(received(call)), std::as_writable_bytes(mine(call)), root_);
    from_logical(in, mine(call).data(), call.input_gradient);
  }

 private:
  [[nodiscard]] std::span<float> received(const StepCall& call) const {
    return is_root_ ? all(call) : std::span<float>();
  }

  int root_;
  bool is_root_;
};

}  // namespace

std::unique_ptr<Step> make_step(const Gather& layer, const StepContext& context) {
  return std::make_unique<GatherStep>(context, layer);
}

}  // namespace alexnet::cpu
