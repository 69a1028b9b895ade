#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "backends/reference/arena.h"
#include "backends/reference/layers.h"
#include "backends/reference/lowered.h"
#include "backends/reference/parameters.h"
#include "backends/reference/profile.h"
#include "backends/reference/update.h"

namespace alexnet::reference {

/// The layers one after another. Every activation has its own place in the arena, so each can be kept and none is
/// fused.
template <class T>
class ReferenceProgram final : public Program {
 public:
  /// Network, parameters and options have been checked.
  ReferenceProgram(std::shared_ptr<ReferenceParameters> parameters, CompileOptions options);

  const Tensor& infer(const Batch& batch) override;
  TrainResult train(const Batch& batch, const TrainCall& call) override;
  void update(std::span<const double> rates) override;
  void backward(std::string_view layer, const Tensor& gradient) override;
  [[nodiscard]] Tensor kept(std::string_view layer) const override;
  [[nodiscard]] Tensor kept_gradient(std::string_view layer) const override;
  [[nodiscard]] Tensor input_gradient() const override;
  [[nodiscard]] std::vector<ProfileRow> profile() const override { return profile_.rows(); }
  void reset_profile() override { profile_.reset(); }
  [[nodiscard]] MemoryReport memory() const override;

 private:
  enum class LastCall { kNone, kInfer, kTrain };
  /// Numbers of a layer's steps in the profile.
  struct Steps {
    std::size_t forward = 0;
    std::size_t backward_data = 0;
    std::size_t backward_weights = 0;
    std::size_t update = 0;
  };

  void plan_memory();
  void plan_update();
  void plan_profile();
  void run_forward(const Batch& batch, LastCall kind);
  [[nodiscard]] bool learns(std::size_t layer) const;
  /// What a layer is told of the call: a frozen one goes by the statistics of inference.
  [[nodiscard]] const Call& call_of(std::size_t layer) const;
  /// The last activation, as the tensor that calls lend out.
  Tensor& scores();
  /// That of the call in place of the network's own; sets the gradient of the last activation.
  double run_given_loss(const TrainCall& call);
  /// From the gradient of layer `last`'s activation down; parameter gradients too where `weights`.
  void run_backward(std::size_t last, bool weights, const GradientObserver& observer);
  void show_gradients(std::size_t layer, const GradientObserver& observer);
  /// Adds what earlier calls of the step left to the layer's gradients.
  void add_pending(std::size_t layer);
  void run_update(std::span<const double> rates);
  void update_layer(std::size_t layer, std::span<const double> rates, UpdateStep step);
  /// What the gradients are multiplied by, so that their norm is clip_norm at most.
  [[nodiscard]] double clip_scale() const;
  [[nodiscard]] Tensor rows_of(std::span<const T> values, const Shape& photo) const;

  std::shared_ptr<ReferenceParameters> parameters_;
  const Network& network_;
  CompileOptions options_;
  Loss loss_;
  std::vector<ParameterSpec> trainable_;
  std::vector<std::size_t> first_trainable_;                   ///< of each layer, in trainable_
  std::vector<std::vector<std::vector<std::span<T>>>> slots_;  ///< [layer][trainable of the layer][slot of the rule]
  std::vector<std::vector<std::span<T>>> averages_;            ///< [layer][trainable of the layer]; empty = none
  std::vector<std::vector<std::span<T>>> pending_;             ///< [layer][parameter]: the step's sums so far
  bool is_pending_ = false;

  Arena<T> arena_;
  std::span<T> input_;
  std::span<T> input_gradient_;
  std::vector<LayerData<T>> layers_;
  std::vector<Lowered<T>> lowered_;        ///< [layer]
  std::map<std::int64_t, Tensor> scores_;  ///< by number of rows

  Profile profile_;
  std::vector<Steps> steps_;
  std::size_t loss_step_ = 0;

  Call call_;
  Call frozen_call_;
  LastCall last_call_ = LastCall::kNone;
  std::optional<std::size_t> last_gradient_;  ///< the deepest layer whose gradient this call has
};

extern template class ReferenceProgram<float>;
extern template class ReferenceProgram<double>;

}  // namespace alexnet::reference
