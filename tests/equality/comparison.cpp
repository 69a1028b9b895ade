#include "equality/comparison.h"

#include <array>
#include <cctype>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "alexnet/registry/registry.h"

namespace alexnet::test {
namespace {

constexpr const char* kQuantityNames[] = {"scores",    "input gradient", "loss",
                                          "gradients", "steps of SGD",   "steps of Adam"};

struct Tolerances {
  double f64 = 1e-10;
  std::array<double, 6> f32;
};
constexpr Tolerances kLayers{.f32 = {1e-5, 1e-5, 1e-5, 1e-5, 1e-5, 1e-5}};
// Where two values lie closer than f32 rounds, a pool takes the other one or a ReLU lets through what it should not,
// and the gradient of a whole window moves. In double that does not happen at these numbers.
constexpr Tolerances kNetworks{.f32 = {1e-4, 2e-2, 1e-5, 2e-2, 1e-2, 1e-2}};

}  // namespace

void PrintTo(const Machine& machine, std::ostream* out) { *out << machine.name; }

const std::vector<Machine>& machines() {
  static const std::vector<Machine> all = {{"reference f64", "reference", Precision::kF64},
                                           {"reference f32", "reference", Precision::kF32},
                                           {"cpu f32", "cpu", Precision::kF32}};
  return all;
}

std::string test_name(const Machine& machine, const std::string& what) {
  std::string name = std::string(machine.name) + "_" + what;
  for (char& c : name) {
    c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  }
  return name;
}

Comparison::Comparison(const Machine& machine, const LayerCase& layer_case, const Fixture& fixture)
    : machine_(machine),
      case_(layer_case),
      fixture_(fixture),
      backend_(make_backend(machine.backend)),
      batch_(equality_batch(layer_case, equality_rows(layer_case))),
      weights_(equality_weights(layer_case)) {
  EXPECT_TRUE(fixture.metadata(layer_case.name) == layer_case.network.to_json()) << fixture.out_of_date();
  if (machine.precision == Precision::kF32) {
    if (!case_.bytes) {
      batch_.input = batch_.input.converted(ElementType::kF32);
    }
    for (auto& [name, tensor] : weights_) {
      tensor = tensor.converted(ElementType::kF32);
    }
  }
}

void Comparison::scores_and_input_gradient() {
  const std::string last = name_of(case_.network.layers().back());
  const auto program = compile(parameters(), {.backward = Backward::kInput, .kept = {last}});
  expect_sketch(Quantity::kScores, "scores", program->infer(batch_));
  Tensor upstream = equality_upstream(case_, batch_.rows);
  if (machine_.precision == Precision::kF32) {
    upstream = upstream.converted(ElementType::kF32);
  }
  program->backward(last, upstream);
  expect_sketch(Quantity::kInputGradient, "input_gradient", program->input_gradient());
}

void Comparison::activation_without_colours(const std::string& layer) {
  const auto program = compile(parameters(), {.kept = {layer}});
  Batch batch = batch_;
  for (PhotoFacts& photo : batch.photos) {
    photo = {.crop_top = photo.crop_top, .crop_left = photo.crop_left, .flipped = photo.flipped};
  }
  static_cast<void>(program->infer(batch));
  expect_sketch(Quantity::kScores, layer, program->kept(layer));
}

void Comparison::training_steps(const std::string& losses_key, const std::string& updated, const UpdateRule& rule,
                                const std::vector<double>& rates, Quantity quantity) {
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
    call.observer = [&](const GradientView& view) {
      const std::string key = fmt::format("gradient/{}", *view.name);
      if (losses.empty() && fixture_.has(case_.name + "/" + key)) {
        expect_sketch(Quantity::kGradients, key, view.logical());
      }
    };
    losses.push_back(program->train(batch_, call).loss);
  }
  const auto expected = fixture_.numbers(case_.name + "/" + losses_key);
  ASSERT_EQ(losses.size(), expected.size());
  expect(Quantity::kLoss, "first loss", relative_difference({losses.data(), 1}, expected.first(1)));
  expect(quantity, losses_key, relative_difference(losses, expected));
  for (const auto& [name, tensor] : all->read()) {
    expect_sketch(quantity, fmt::format("{}/{}", updated, name), tensor);
  }
}

std::shared_ptr<Parameters> Comparison::parameters() const {
  return backend_->parameters(case_.network, weights_, machine_.precision);
}

std::unique_ptr<Program> Comparison::compile(std::shared_ptr<Parameters> parameters, CompileOptions options) const {
  options.batch = batch_.rows;
  options.precision = machine_.precision;
  options.statistics = case_.statistics;
  options.threads = 1;
  return backend_->compile(case_.network, std::move(parameters), options);
}

void Comparison::expect_sketch(Quantity quantity, const std::string& key, const Tensor& tensor) const {
  expect(quantity, key, difference_from_sketch(tensor, fixture_.numbers(case_.name + "/" + key)));
}

void Comparison::expect(Quantity quantity, const std::string& what, double difference) const {
  const auto q = static_cast<std::size_t>(quantity);
  const bool network = case_.kind == "network";
  const Tolerances& tolerances = network ? kNetworks : kLayers;
  EXPECT_LE(difference, machine_.precision == Precision::kF64 ? tolerances.f64 : tolerances.f32[q])
      << machine_.name << ", " << case_.name << ": " << what << ". " << fixture_.made_by();
  LargestDifferences::add(fixture_.maker(), machine_.name, network ? "network " + case_.name : "layer " + case_.kind,
                          kQuantityNames[q], difference);
}

}  // namespace alexnet::test
