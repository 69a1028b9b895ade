#include <gtest/gtest.h>

#include "alexnet/backends/reference_backend.h"
#include "alexnet/runtime/gradient_check.h"

#include "backends/layer_cases.h"

namespace alexnet {
namespace {

using test::LayerCase;

class Gradient : public testing::TestWithParam<std::string> {};

/// Finite differences in double at the table's own weights, and at its batch where the input is of numbers.
TEST_P(Gradient, EqualsFiniteDifferences) {
  for (const LayerCase& layer_case : test::cases_of(GetParam())) {
    if (layer_case.whole) {
      continue;  // maxima tie: the loss has no slope there
    }
    GradientCheckOptions options;
    options.weights = test::make_weights(layer_case, ElementType::kF64);
    options.statistics = layer_case.statistics;
    if (!layer_case.bytes) {
      options.at = test::make_batch(layer_case, 3, 3, ElementType::kF64);
    }
    const GradientCheckReport report = check_gradients(*make_reference_backend(), layer_case.network, options);
    EXPECT_TRUE(report.passed) << layer_case.name << "\n" << report.text();
    // Each trainable parameter, and the input.
    EXPECT_EQ(report.rows.size(), layer_case.network.trainable().size() + 1) << layer_case.name;
  }
}

/// All but the large kernels: they are convolutions again for the reference, and take it minutes.
std::vector<std::string> kinds() {
  auto all = test::layer_kinds();
  std::erase_if(all, test::is_for_kernels);
  return all;
}

INSTANTIATE_TEST_SUITE_P(Reference, Gradient, testing::ValuesIn(kinds()),
                         [](const auto& instance) { return instance.param; });

}  // namespace
}  // namespace alexnet
