#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "alexnet/network/network.h"
#include "alexnet/runtime/backend.h"

#include "kernels/kernels.h"
#include "layout.h"
#include "parameters.h"

namespace alexnet::cpu {

/// What a step is given when it runs. Pointers are null where the thing does not exist or is not wanted.
struct StepCall {
  const Batch* batch = nullptr;
  Statistics statistics = Statistics::kInference;
  bool update_statistics = false;  ///< running averages move (train only)
  const float* input = nullptr;
  float* output = nullptr;
  float* output_gradient = nullptr;  ///< may be changed, unless the layer is kept
  float* input_gradient = nullptr;
  std::byte* saved = nullptr;    ///< the step's own, from forward to backward
  std::byte* scratch = nullptr;  ///< anybody's, for this call only
  /// One a trainable parameter of the step, in order; only while its weights' backward runs.
  std::vector<float*> gradients = {};
};

/// A layer, or some layers fused, for a fixed number of rows: where its data lie and which kernels it uses.
class Step {
 public:
  virtual ~Step() = default;

  std::size_t first_layer = 0;  ///< layers first..last of the network
  std::size_t last_layer = 0;
  Layout in;
  Layout out;
  std::vector<std::size_t> parameters;  ///< trainable ones, by index in network.parameters()

  [[nodiscard]] virtual std::size_t saved_bytes() const { return 0; }
  [[nodiscard]] virtual std::size_t scratch_bytes() const { return 0; }
  [[nodiscard]] virtual std::size_t derived_floats() const { return 0; }
  /// Whether backward reads the input, the output.
  [[nodiscard]] virtual bool needs_input() const { return false; }
  [[nodiscard]] virtual bool needs_output() const { return false; }

  virtual void forward(StepCall& call) = 0;
  /// Before both: e.g. the gradient through a fused ReLU; statistics of batch normalisation fill `gradients`.
  virtual void prepare_backward(StepCall&) {}
  virtual void backward_data(StepCall& call) = 0;
  virtual void backward_weights(StepCall&) {}
  virtual void weights_changed() {}
  /// In place of forward and prepare_backward in a call without rows, where other ranks have some.
  virtual void forward_without_rows(bool /*update_statistics*/) {}
  virtual void backward_without_rows() {}

  enum class Pass { kForward, kBackwardData, kBackwardWeights };
  /// Name of what does the work, and its floating-point operations, for the profile.
  [[nodiscard]] virtual std::string kernel(Pass) const { return kernels().name; }
  [[nodiscard]] virtual double operations(Pass) const { return 0; }
  /// What the pass reads, or of a gradient writes, for one weight.
  [[nodiscard]] virtual std::size_t bytes_a_weight(Pass) const { return sizeof(float); }
};

/// What is known when the steps are made, one after the other.
struct StepContext {
  const Network* network = nullptr;
  const CompileOptions* options = nullptr;
  CpuParameters* weights = nullptr;
  std::size_t layer = 0;         ///< of the network
  Layout input;                  ///< what comes in
  bool free_input = false;       ///< its order may be chosen by this step: it is the first
  bool input_gradient = false;   ///< somebody needs it
  bool frozen = false;           ///< its parameters do not learn
  bool fuse_relu = false;        ///< the next layer is a ReLU to be done in this step
  bool pool_masks = false;       ///< with fuse_relu: the max pool behind does the ReLU's backward
  bool after_relu_mask = false;  ///< this step is that max pool
  int threads = 1;

  [[nodiscard]] std::size_t parameter(const std::string& suffix) const;
  [[nodiscard]] WeightSource source() const { return {*weights, options->read_average}; }
  [[nodiscard]] bool training() const { return options->backward != Backward::kNone; }
  /// Whether batch normalisation goes by the batch, and dropout drops.
  [[nodiscard]] bool training_statistics() const { return options->statistics == Statistics::kTraining && !frozen; }
  /// Those that batch normalisation shares its statistics with; null = none.
  [[nodiscard]] Communicator* sharing_ranks() const {
    return options->share_statistics && training_statistics() ? options->communicator.get() : nullptr;
  }
};

// One maker a layer kind, in the source of the layer's name.
std::unique_ptr<Step> make_step(const Conv2D& layer, const StepContext& context);
std::unique_ptr<Step> make_step(const LocallyConnected2D& layer, const StepContext& context);
std::unique_ptr<Step> make_step(const MaxPool2D& layer, const StepContext& context);
std::unique_ptr<Step> make_step(const AvgPool2D& layer, const StepContext& context);
std::unique_ptr<Step> make_step(const ReLU& layer, const StepContext& context);
std::unique_ptr<Step> make_step(const Tanh& layer, const StepContext& context);
std::unique_ptr<Step> make_step(const Sigmoid& layer, const StepContext& context);
std::unique_ptr<Step> make_step(const LRN& layer, const StepContext& context);
std::unique_ptr<Step> make_step(const BatchNorm& layer, const StepContext& context);
std::unique_ptr<Step> make_step(const Dropout& layer, const StepContext& context);
std::unique_ptr<Step> make_step(const Flatten& layer, const StepContext& context);
std::unique_ptr<Step> make_step(const Dense& layer, const StepContext& context);
std::unique_ptr<Step> make_step(const AllGather& layer, const StepContext& context);
std::unique_ptr<Step> make_step(const Gather& layer, const StepContext& context);

}  // namespace alexnet::cpu
