#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "alexnet/runtime/backend.h"

#include "memory.h"
#include "parameters.h"
#include "plan.h"
#include "profile.h"

namespace alexnet::cpu {

class CpuProgram final : public Program {
 public:
  CpuProgram(std::shared_ptr<CpuParameters> parameters, CompileOptions options, int threads);

  const Tensor& infer(const Batch& batch) override;
  TrainResult train(const Batch& batch, const TrainCall& call) override;
  void update(std::span<const double> rates) override;
  void backward(std::string_view layer, const Tensor& gradient) override;
  Tensor kept(std::string_view layer) const override;
  Tensor kept_gradient(std::string_view layer) const override;
  Tensor input_gradient() const override;
  std::vector<ProfileRow> profile() const override { return profile_.rows(); }
  void reset_profile() override { profile_.reset(); }
  MemoryReport memory() const override;

 private:
  /// The plan of a number of rows, and the scores that it gives out.
  struct Compiled {
    std::unique_ptr<Plan> plan;
    std::uint64_t version = 0;  ///< of the weights that its derived forms were made from
    Tensor scores;
    Tensor scores_gradient;
  };

  Compiled& compiled(int rows);
  void make_whole_gradients();
  /// Whether norms of gradients decide about the update.
  [[nodiscard]] bool needs_norms() const;
  void run_forward(const Batch& batch, bool training);
  void run_backward(std::size_t last, const TrainCall* train);
  void run_backward_weights(std::size_t s, StepCall& call, const TrainCall& train);
  void clear_padding(const Step& step, const StepCall& call) const;
  /// Of the scores of the last forward pass, with its gradient.
  double run_loss(const Batch& batch, const TrainCall& call);
  void finish_gradient(std::size_t parameter, float* gradient, const TrainCall& call, const std::string& label);
  void finish_without_rows(const TrainCall& call);
  void update(std::size_t parameter, const float* gradient, double rate, double scale);
  /// Whether updates wait until all gradients of the step are known.
  [[nodiscard]] bool is_whole() const {
    return options_.accumulate || options_.clip_norm > 0 || options_.hold_gradients;
  }
  void update_parameter(std::size_t parameter, const float* gradient, const TrainCall& call, const std::string& label,
                        double scale);
  void update_all(const TrainCall& call);
  [[nodiscard]] double clip_scale() const;
  [[nodiscard]] const Tensor& scores() const;
  [[nodiscard]] Tensor tensor_of(const Layout& layout, const float* values, const Shape& photo) const;

  std::shared_ptr<CpuParameters> parameters_;
  const Network& network_;
  CompileOptions options_;
  Loss loss_;
  int threads_;
  std::vector<int> trainable_index_;  ///< of each parameter in network.trainable(), -1 = not trainable
  std::size_t trainable_ = 0;         ///< how many of them
  std::map<int, Compiled> compiled_;  ///< by rows
  FloatBuffer arena_;
  Tensor no_scores_;                    ///< of a call without rows
  std::vector<FloatBuffer> gradients_;  ///< of the step, one a parameter; empty where it is not trained or not is_whole
  std::vector<FloatBuffer> elements_;   ///< CpuParameters::elements of each parameter; none where no norm is needed
  bool pending_ = false;                ///< they hold those of earlier calls

  Profile profile_;

  Compiled* last_ = nullptr;  ///< of the last call; null after a call without rows
  int last_rows_ = 0;
  bool ran_ = false;
  bool inferred_ = false;
  int last_backward_ = -1;  ///< step that the last backward began at
};

}  // namespace alexnet::cpu
