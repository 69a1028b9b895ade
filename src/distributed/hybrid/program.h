#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "alexnet/distributed/hybrid.h"

#include "distributed/hybrid/parameters.h"

namespace alexnet::distributed {

/// Trains a network of which each rank has its photos' convolutions and head, and its units of the dense layers.
///
/// A step: the convolutions go forward; in each pass of the dense layers the photos' features come from the ranks that
/// have them, the own units' activations go back there, the head makes the loss of the own photos, and the gradients go
/// the same ways back; then the convolutions go backward. Nothing is updated before every gradient was shown.
class HybridProgram final : public Program {
 public:
  HybridProgram(const Backend& backend, std::shared_ptr<HybridParameters> parameters, CompileOptions options,
                std::shared_ptr<Communicator> communicator, HybridScheme scheme);

  const Tensor& infer(const Batch& batch) override;
  TrainResult train(const Batch& batch, const TrainCall& call) override;
  void update(std::span<const double> rates) override;
  void backward(std::string_view layer, const Tensor& gradient) override;
  [[nodiscard]] Tensor kept(std::string_view layer) const override;
  [[nodiscard]] Tensor kept_gradient(std::string_view layer) const override;
  [[nodiscard]] Tensor input_gradient() const override;
  [[nodiscard]] std::vector<ProfileRow> profile() const override;
  void reset_profile() override;
  [[nodiscard]] MemoryReport memory() const override;

 private:
  /// The photos that a rank brings to a call, and their place in the epoch.
  struct Share {
    std::int64_t rows = 0;
    std::int64_t position = 0;
  };
  /// Ranks whose photos the dense layers are given together: first to last, in that order.
  struct Pass {
    int first = 0;
    int last = 0;
    std::int64_t rows = 0;
  };

  [[nodiscard]] const Network& network() const { return parameters_->network(); }
  void agree(const Batch& batch);
  [[nodiscard]] bool has_own(const Pass& pass) const;
  /// The loss of the own photos behind the convolutions, and its gradient there. (rows, F)
  double run_dense(const Batch& batch, const Tensor& features, Tensor& gradient, const TrainCall& call);
  void bring_features(const Pass& pass, const Tensor& features);
  void put_aside(const Pass& pass, const Tensor& gradient);
  void return_gradients(Tensor& gradient);
  /// Behind the own units of a pass's photos. (pass.rows, H/R)
  void run_head(const Pass& pass, const Batch& batch, const Tensor& hidden, Tensor& gradient);
  void show(const GradientView& own, std::size_t first, bool complete, const GradientObserver& observer) const;
  void limit_norm();
  void update_parts(std::span<const double> rates);

  std::shared_ptr<HybridParameters> parameters_;
  CompileOptions options_;
  std::shared_ptr<Communicator> communicator_;
  HybridScheme scheme_;
  std::size_t first_dense_;  ///< number of the dense layers' first trainable parameter
  std::size_t first_head_;
  std::size_t trainable_;
  std::int64_t features_;  ///< numbers of a photo behind the convolutions
  std::int64_t hidden_;    ///< units in front of the head
  std::size_t element_;    ///< bytes of a number
  std::unique_ptr<Program> convolutions_;
  std::unique_ptr<Program> dense_;
  std::unique_ptr<Program> head_;

  std::vector<Share> shares_;  ///< of the present call, by rank
  std::vector<Pass> passes_;
  Batch dense_batch_;
  Batch head_batch_;
  std::vector<std::byte> units_;  ///< of the own photos, a part a rank
  Tensor aside_;                  ///< gradients of all photos' features, a part a rank: (ranks, most rows, F)
  Tensor own_aside_;              ///< their sum for the own photos: (most rows, F)
  TrainResult result_;            ///< of the head
  std::vector<GradientView> conv_views_;
  std::vector<GradientView> dense_views_;
  std::vector<GradientView> head_views_;
};

}  // namespace alexnet::distributed
