#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alexnet/runtime/backend.h"

/// The one table of layer cases: it feeds the gradient checks, the parity of backends, and benchmarks.
namespace alexnet::test {

struct LayerCase {
  std::string name;  ///< "conv2d_groups"
  std::string kind;  ///< of the layer that the case is about, "chain" for several
  Network network;
  Statistics statistics = Statistics::kTraining;
  bool bytes = false;      ///< uint8 input; numbers otherwise
  bool whole = false;      ///< inputs are whole numbers, so that maxima tie
  bool facts = false;      ///< photos have crop offsets, flips and colours of their own
  bool soft = false;       ///< soft labels
  double input_scale = 1;  ///< standard deviation of a number that goes in
};

[[nodiscard]] const std::vector<LayerCase>& layer_cases();
/// The kinds in the table, and the cases of one.
[[nodiscard]] std::vector<std::string> layer_kinds();
/// A kind that is there for the kernels of backend cpu: to plain loops it is convolutions and dense layers again, large
/// ones.
[[nodiscard]] bool is_for_kernels(std::string_view kind);
[[nodiscard]] std::vector<LayerCase> cases_of(const std::string& kind);

/// A batch of `rows` valid rows in a tensor of `n`, the same numbers at both types; weights and labels differ by row.
[[nodiscard]] Batch make_batch(const LayerCase& layer_case, int n, int rows, ElementType type = ElementType::kF32);

/// Weights where nothing is 0 or 1 by chance: biases, scales and statistics too. Values of f32, as `type`.
[[nodiscard]] Weights make_weights(const LayerCase& layer_case, ElementType type = ElementType::kF32);

/// Standard normal numbers of f32.
[[nodiscard]] Tensor random_tensor(Shape shape, std::uint32_t number, ElementType type = ElementType::kF32);

}  // namespace alexnet::test
