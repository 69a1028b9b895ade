#pragma once

#include <string>
#include <vector>

#include "backends/layer_cases.h"

/// What is computed by us and by others. A group is a kind of layer, whose cases are those of the layers' table, or a
/// network scaled down, of one case. Each group has a fixture of its name.
namespace alexnet::test {

[[nodiscard]] std::vector<std::string> equality_groups();
[[nodiscard]] std::vector<LayerCase> equality_cases(const std::string& group);

/// Rows of a case's batch.
[[nodiscard]] int equality_rows(const LayerCase& layer_case);
/// The batch, the weights and the gradient of the scores that go with a case, in f64 (bytes stay bytes).
[[nodiscard]] Batch equality_batch(const LayerCase& layer_case, int rows);
[[nodiscard]] Weights equality_weights(const LayerCase& layer_case);
[[nodiscard]] Tensor equality_upstream(const LayerCase& layer_case, int rows);

}  // namespace alexnet::test
