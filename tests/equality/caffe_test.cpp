// Caffe's arithmetic, where our options express it: the fixture of tools/fixtures/make_caffe_fixture.py.

#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "alexnet/backends/reference_backend.h"

#include "equality/comparison.h"

namespace alexnet {
namespace {

using test::Comparison;
using test::LayerCase;

constexpr Sgd kCaffe{.momentum = 0.9, .decay = 0.05, .rate_inside = true};
const std::vector<double> kRates = {0.1, 0.1, 0.1, 0.01, 0.01, 0.01};

class Caffe : public testing::TestWithParam<test::Machine> {
 protected:
  /// The case called `name`.
  static LayerCase find(const std::string& name) {
    for (const LayerCase& layer_case : test::layer_cases()) {
      if (layer_case.name == name) {
        return layer_case;
      }
    }
    throw std::runtime_error("no case " + name);
  }

  const test::Fixture fixture_{"caffe"};
};

TEST_P(Caffe, NormalisesAndPoolsTheSame) {
  std::map<std::string, int> cases;
  for (const LayerCase& layer_case : test::layer_cases()) {
    if (fixture_.has(layer_case.name + "/scores")) {
      Comparison(GetParam(), layer_case, fixture_).scores_and_input_gradient();
      ++cases[layer_case.kind];
    }
  }
  EXPECT_EQ(cases, (std::map<std::string, int>{{"lrn", 12}, {"max_pool2d", 8}, {"avg_pool2d", 7}}));
}

TEST_P(Caffe, TakesTheMeanFromPhotosTheSame) {
  const LayerCase layer_case = find("normalize_mean_crop_bgr_bytes");
  Comparison(GetParam(), layer_case, fixture_).activation_without_colours("pixels");
}

TEST_P(Caffe, UpdatesTheSameBehindARateThatDrops) {
  const LayerCase layer_case = find("dense_bias_twice");
  Comparison(GetParam(), layer_case, fixture_)
      .training_steps("losses", "updated", kCaffe, kRates, test::Quantity::kSgd);
}

INSTANTIATE_TEST_SUITE_P(Equality, Caffe, testing::ValuesIn(test::machines()),
                         [](const auto& instance) { return test::test_name(instance.param, "caffe"); });

/// The largest relative difference of the weights that two rules lead to.
double apart(const std::vector<double>& rates) {
  const LayerCase layer_case = test::cases_of("dense").front();
  const auto backend = make_reference_backend();
  Weights ends[2];
  for (const bool inside : {false, true}) {
    const auto parameters =
        backend->parameters(layer_case.network, test::equality_weights(layer_case), Precision::kF64);
    Sgd rule = kCaffe;
    rule.rate_inside = inside;
    const Batch batch = test::equality_batch(layer_case, test::equality_rows(layer_case));
    const auto program = backend->compile(
        layer_case.network, parameters,
        {.batch = batch.rows, .precision = Precision::kF64, .backward = Backward::kAll, .update = rule});
    for (const double rate : rates) {
      static_cast<void>(program->train(batch, {.rates = std::span(&rate, 1)}));
    }
    ends[inside ? 1 : 0] = parameters->read();
  }
  return test::relative_difference(ends[0].at("fc.weight").as<double>(), ends[1].at("fc.weight").as<double>());
}

// Caffe's rule equals its fixture above, PyTorch's its own in pytorch_test.cpp.
TEST(RulesOfCaffeAndPyTorch, DifferOnlyBehindARateThatDrops) {
  EXPECT_LT(apart({0.1, 0.1, 0.1, 0.1, 0.1, 0.1}), 1e-12);
  EXPECT_GT(apart(kRates), 1e-3);
}

}  // namespace
}  // namespace alexnet
