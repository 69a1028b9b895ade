#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "input_step.h"
#include "memory.h"
#include "step.h"

namespace alexnet::cpu {

/// A Program's work for one number of rows: the steps, and where each of their data lies in the arena.
/// Step s reads value s-1 and writes value s; step 0 reads the Batch.
/// Times for the arena: step s runs forward at s, the loss at S (number of steps), step s backward at 2S - s.
class Plan {
 public:
  Plan(const Network& network, CpuParameters& weights, const CompileOptions& options, int rows, int threads);

  [[nodiscard]] std::size_t arena_bytes() const { return arena_.bytes(); }
  [[nodiscard]] std::vector<MemoryRow> memory_rows() const { return arena_.rows(); }
  [[nodiscard]] std::size_t derived_floats() const;
  void bind(std::byte* base) { base_ = base; }
  /// Before each call: other Plans may have used the block.
  void guard() const { arena_.guard(base_); }

  [[nodiscard]] std::size_t steps() const { return steps_.size(); }
  [[nodiscard]] Step& step(std::size_t s) { return *steps_[s]; }
  [[nodiscard]] const Step& step(std::size_t s) const { return *steps_[s]; }
  [[nodiscard]] const InputStep& input() const { return static_cast<const InputStep&>(*steps_[0]); }
  /// Names of its layers: "conv1+relu1".
  [[nodiscard]] const std::string& label(std::size_t s) const { return labels_[s]; }
  /// The step that makes the output of a layer.
  [[nodiscard]] std::size_t step_of(std::size_t layer) const;
  /// The first step whose output needs a gradient; steps() when none does.
  [[nodiscard]] std::size_t first_gradient() const { return first_gradient_; }

  [[nodiscard]] float* value(std::size_t s) const { return floats(values_[s]); }
  /// Null where no gradient is computed.
  [[nodiscard]] float* gradient(std::size_t s) const { return gradients_[s] < 0 ? nullptr : floats(gradients_[s]); }
  /// What step s is given, but for what depends on the call.
  [[nodiscard]] StepCall call(std::size_t s) const;
  void weights_changed();

 private:
  void make_steps(const Network& network, CpuParameters& weights, const CompileOptions& options, int rows, int threads);
  void add(std::unique_ptr<Step> step, std::size_t first_layer, std::size_t last_layer, std::string label);
  void place(const CompileOptions& options, const Network& network, const CpuParameters& weights);
  [[nodiscard]] float* floats(int handle) const { return reinterpret_cast<float*>(base_ + arena_.offset(handle)); }

  std::vector<std::unique_ptr<Step>> steps_;
  std::vector<std::string> labels_;
  std::size_t first_gradient_ = 0;
  ArenaPlan arena_;
  std::vector<int> values_;
  std::vector<int> gradients_;
  std::vector<int> saved_;
  int scratch_ = -1;
  int weight_gradients_ = -1;
  std::vector<std::vector<std::size_t>> gradient_offsets_;  ///< bytes, of each step's parameters
  std::byte* base_ = nullptr;
};

}  // namespace alexnet::cpu
