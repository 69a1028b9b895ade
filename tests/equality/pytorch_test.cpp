// Each kind of layer and each network, scaled down, beside PyTorch: fixtures of
// tools/fixtures/make_pytorch_fixtures.py.

#include <array>
#include <cctype>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "alexnet/registry/registry.h"

#include "equality/cases.h"
#include "equality/fixture.h"

namespace alexnet {
namespace {

using test::Fixture;
using test::LayerCase;

struct Machine {
  const char* name;
  const char* backend;
  Precision precision;
};
void PrintTo(const Machine& machine, std::ostream* out) { *out << machine.name; }
constexpr Machine kDouble{"reference f64", "reference", Precision::kF64};
constexpr Machine kMachines[] = {
    kDouble, {"reference f32", "reference", Precision::kF32}, {"cpu f32", "cpu", Precision::kF32}};

/// What is measured, each relative to the largest element of its tensor.
enum class Quantity { kScores, kInputGradient, kLoss, kGradients, kSgd, kAdam };
constexpr const char* kQuantityNames[] = {"scores",    "input gradient", "loss",
                                          "gradients", "5 steps of SGD", "5 steps of Adam"};

struct Tolerances {
  double f64 = 1e-10;
  std::array<double, 6> f32;
};
constexpr Tolerances kLayers{.f32 = {1e-5, 1e-5, 1e-5, 1e-5, 1e-5, 1e-5}};
// Where two values lie closer than f32 rounds, a pool takes the other one or a ReLU lets through what it should not,
// and the gradient of a whole window moves. In double that does not happen at these numbers.
constexpr Tolerances kNetworks{.f32 = {1e-4, 2e-2, 1e-5, 2e-2, 1e-2, 1e-2}};

/// One case on one machine beside its part of the fixture.
class Comparison {
 public:
  Comparison(const Machine& machine, const LayerCase& layer_case, const Fixture& fixture)
      : machine_(machine),
        case_(layer_case),
        fixture_(fixture),
        backend_(make_backend(machine.backend)),
        batch_(test::equality_batch(layer_case)),
        weights_(test::equality_weights(layer_case)) {
    if (machine.precision == Precision::kF32) {
      if (!case_.bytes) {
        batch_.input = batch_.input.converted(ElementType::kF32);
      }
      for (auto& [name, tensor] : weights_) {
        tensor = tensor.converted(ElementType::kF32);
      }
    }
  }

  void scores_and_input_gradient() {
    const std::string last = name_of(case_.network.layers().back());
    CompileOptions options = {.backward = Backward::kInput, .kept = {last}};
    const auto program = compile(parameters(), options);
    expect_sketch(Quantity::kScores, "scores", program->infer(batch_));
    Tensor upstream = test::equality_upstream(case_);
    if (machine_.precision == Precision::kF32) {
      upstream = upstream.converted(ElementType::kF32);
    }
    program->backward(last, upstream);
    expect_sketch(Quantity::kInputGradient, "input_gradient", program->input_gradient());
  }

  /// The first step's gradients too, which no rule has touched yet.
  void five_steps(const std::string& slot, const UpdateRule& rule, const std::vector<double>& rates,
                  Quantity quantity) {
    const bool updates = !case_.network.trainable().empty();
    CompileOptions options = {.backward = Backward::kAll};
    if (updates) {
      options.update = rule;
    }
    const auto all = parameters();
    const auto program = compile(all, options);
    std::vector<double> losses;
    for (const double rate : rates) {
      TrainCall call{.rates = std::span(&rate, 1), .update = updates};
      if (losses.empty()) {
        call.observer = [&](const GradientView& view) {
          expect_sketch(Quantity::kGradients, "gradient/" + *view.name, view.logical());
        };
      }
      losses.push_back(program->train(batch_, call).loss);
    }
    const auto expected = fixture_.numbers(case_.name + "/" + slot);
    ASSERT_EQ(losses.size(), expected.size());
    expect(Quantity::kLoss, slot + "'s first loss", test::relative_difference({&losses[0], 1}, expected.first(1)));
    expect(quantity, slot + "'s losses", test::relative_difference(losses, expected));
    for (const auto& [name, tensor] : all->read()) {
      expect_sketch(quantity, slot + "/" + name, tensor);
    }
  }

 private:
  [[nodiscard]] std::shared_ptr<Parameters> parameters() const {
    return backend_->parameters(case_.network, weights_, machine_.precision);
  }

  [[nodiscard]] std::unique_ptr<Program> compile(std::shared_ptr<Parameters> parameters, CompileOptions options) const {
    options.batch = batch_.rows;
    options.threads = 1;
    options.precision = machine_.precision;
    options.statistics = case_.statistics;
    return backend_->compile(case_.network, std::move(parameters), options);
  }

  void expect_sketch(Quantity quantity, const std::string& key, const Tensor& tensor) const {
    expect(quantity, key, test::difference_from_sketch(tensor, fixture_.numbers(case_.name + "/" + key)));
  }

  void expect(Quantity quantity, const std::string& what, double difference) const {
    const auto q = static_cast<std::size_t>(quantity);
    const Tolerances& tolerances = case_.kind == "network" ? kNetworks : kLayers;
    EXPECT_LE(difference, machine_.precision == Precision::kF64 ? tolerances.f64 : tolerances.f32[q])
        << machine_.name << ", " << case_.name << ": " << what;
    test::LargestDifferences::add(machine_.name, case_.kind == "network" ? "network " + case_.name : case_.kind,
                                  kQuantityNames[q], difference);
  }

  const Machine& machine_;
  const LayerCase& case_;
  const Fixture& fixture_;
  std::shared_ptr<Backend> backend_;
  Batch batch_;
  Weights weights_;
};

class PyTorch : public testing::TestWithParam<std::tuple<Machine, std::string>> {};

TEST_P(PyTorch, ComputesTheSame) {
  const auto& [machine, group] = GetParam();
  const Fixture fixture(group);
  EXPECT_EQ(fixture.made_by().substr(0, 8), "PyTorch ");
  for (const LayerCase& layer_case : test::equality_cases(group)) {
    ASSERT_EQ(fixture.metadata(layer_case.name), layer_case.network.to_json()) << fixture.out_of_date();
    Comparison comparison(machine, layer_case, fixture);
    comparison.scores_and_input_gradient();
    // PyTorch keeps the rate outside of its velocity; the rate drops behind the third step.
    comparison.five_steps("sgd", Sgd{.momentum = 0.9, .decay = 5e-4, .rate_inside = false},
                          {0.002, 0.002, 0.002, 0.0002, 0.0002}, Quantity::kSgd);
    comparison.five_steps("adam", Adam{.decay = 5e-4}, {0.001, 0.001, 0.001, 0.001, 0.001}, Quantity::kAdam);
  }
}

std::string test_name(const testing::TestParamInfo<std::tuple<Machine, std::string>>& info) {
  std::string name = std::string(std::get<0>(info.param).name) + "_" + std::get<1>(info.param);
  for (char& c : name) {
    c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Equality, PyTorch,
                         testing::Combine(testing::ValuesIn(kMachines), testing::ValuesIn(test::equality_groups())),
                         test_name);

}  // namespace
}  // namespace alexnet
