// Each kind of layer and each network, scaled down, beside PyTorch: fixtures of
// tools/fixtures/make_pytorch_fixtures.py.

#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "equality/comparison.h"

namespace alexnet {
namespace {

using test::Comparison;
using test::Quantity;

class PyTorch : public testing::TestWithParam<std::tuple<test::Machine, std::string>> {};

TEST_P(PyTorch, ComputesTheSame) {
  const auto& [machine, group] = GetParam();
  const test::Fixture fixture(group);
  for (const test::LayerCase& layer_case : test::equality_cases(group)) {
    Comparison comparison(machine, layer_case, fixture);
    comparison.scores_and_input_gradient();
    // PyTorch keeps the rate outside of its velocity; the rate drops behind the third step.
    comparison.training_steps("sgd", "sgd", Sgd{.momentum = 0.9, .decay = 5e-4, .rate_inside = false},
                              {0.002, 0.002, 0.002, 0.0002, 0.0002}, Quantity::kSgd);
    comparison.training_steps("adam", "adam", Adam{.decay = 5e-4}, {0.001, 0.001, 0.001, 0.001, 0.001},
                              Quantity::kAdam);
  }
}

INSTANTIATE_TEST_SUITE_P(Equality, PyTorch,
                         testing::Combine(testing::ValuesIn(test::machines()),
                                          testing::ValuesIn(test::equality_groups())),
                         [](const auto& instance) {
                           return test::test_name(std::get<0>(instance.param), std::get<1>(instance.param));
                         });

}  // namespace
}  // namespace alexnet
