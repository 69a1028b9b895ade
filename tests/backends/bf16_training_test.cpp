#include <map>

#include <gtest/gtest.h>

#include "alexnet/core/random.h"

#include "backends/lower_precision.h"

namespace alexnet {
namespace {

using test::difference;
using test::exact_batch;
using test::is_possible;
using test::kMostRows;
using test::LayerCase;
using test::learnable;
using test::Lower;
using test::training_options;

class Bf16Training : public testing::Test {
 protected:
  void SetUp() override {
    if (!is_possible(Precision::kBF16)) {
      GTEST_SKIP() << "this processor does not compute at bf16";
    }
  }
};

TEST_F(Bf16Training, ComputesTheGradientsThatThePlainLoopsDo) {
  for (const LayerCase& layer_case : test::cases_of_kinds({"conv2d", "dense"})) {
    if (layer_case.soft) {
      continue;  // which the hinge loss does not know
    }
    SCOPED_TRACE(layer_case.name);
    Lower tested(layer_case, "cpu", Precision::kBF16, training_options(Backward::kAll));
    Lower reference(layer_case, "reference", Precision::kBF16, training_options(Backward::kAll));
    for (int rows = kMostRows; rows > 0; --rows) {
      const Batch batch = exact_batch(layer_case, rows);
      std::map<std::string, Tensor> expected;
      static_cast<void>(
          reference.program->train(batch, {.rates = {}, .update = false, .observer = [&](const GradientView& view) {
                                             expected.emplace(*view.name, view.logical());
                                           }}));
      static_cast<void>(tested.program->train(
          batch, {.rates = {}, .update = false, .observer = [&](const GradientView& view) {
                    EXPECT_LE(difference(view.logical(), expected.at(*view.name)), 1e-5) << *view.name << ", " << rows;
                    expected.erase(*view.name);
                  }}));
      EXPECT_TRUE(expected.empty());
    }
  }
}

TEST_F(Bf16Training, ComputesTheInputGradientThatThePlainLoopsDo) {
  for (const LayerCase& layer_case : test::cases_of_kinds({"conv2d", "dense"})) {
    SCOPED_TRACE(layer_case.name);
    CompileOptions options = training_options(Backward::kInput);
    options.loss = {};
    options.kept = {name_of(layer_case.network.layers().back())};
    Lower tested(layer_case, "cpu", Precision::kBF16, options);
    Lower reference(layer_case, "reference", Precision::kBF16, options);
    for (const int rows : {kMostRows, 4, 1}) {
      const Batch batch = test::make_batch(layer_case, rows, rows);
      const Tensor gradient = test::random_tensor({rows, layer_case.network.classes()}, 5);
      for (const Lower* side : {&tested, &reference}) {
        static_cast<void>(side->program->infer(batch));
        side->program->backward(options.kept.front(), gradient);
      }
      EXPECT_LE(difference(tested.program->input_gradient(), reference.program->input_gradient()), 1e-5);
    }
  }
}

Batch photos_of_classes(int rows, int step) {
  Batch batch;
  batch.rows = rows;
  batch.input = Tensor(ElementType::kF32, {rows, 3, 16, 16});
  RandomStream stream(7, Purpose::kWeights, 0, static_cast<std::uint32_t>(step));
  const std::span<float> pixels = batch.input.as<float>();
  for (int row = 0; row < rows; ++row) {
    const int label = static_cast<int>(stream.below(4));
    batch.labels.push_back(label);
    for (int i = 0; i < 3 * 256; ++i) {
      const bool lit = (i % 16 < 8) == (label % 2 == 0) && (i / 16 % 16 < 8) == (label / 2 == 0);
      pixels[static_cast<std::size_t>(row * 768 + i)] = static_cast<float>(stream.normal() * 0.7 + (lit ? 1 : 0));
    }
  }
  return batch;
}

TEST_F(Bf16Training, FollowsTheLossOfF32) {
  constexpr int kSteps = 20;
  const LayerCase layer_case = learnable();
  const Weights weights = initial_weights(layer_case.network, 3);
  std::map<Precision, std::vector<double>> losses;
  for (const Precision precision : {Precision::kF32, Precision::kBF16}) {
    CompileOptions options;
    options.statistics = Statistics::kTraining;
    options.backward = Backward::kAll;
    options.update = Sgd{.momentum = 0.9};
    Lower side(layer_case, "cpu", precision, options);
    side.parameters->write(weights);
    const std::vector<double> rates = {0.02};
    for (int step = 0; step < kSteps; ++step) {
      losses[precision].push_back(side.program->train(photos_of_classes(8, step), {.rates = rates}).loss);
    }
  }
  const auto& f32 = losses[Precision::kF32];
  EXPECT_LT(f32.back(), 0.5 * f32.front()) << "it does not learn: the comparison says nothing";
  for (std::size_t step = 0; step < f32.size(); ++step) {
    EXPECT_NEAR(losses[Precision::kBF16][step], f32[step], 0.02 + 0.02 * f32[step]) << "step " << step;
  }
}

TEST_F(Bf16Training, ReadsTheWeightsOfTheLastUpdate) {
  const LayerCase layer_case = learnable();
  CompileOptions options;
  options.statistics = Statistics::kTraining;
  options.backward = Backward::kAll;
  options.update = Sgd{};
  Lower tested(layer_case, "cpu", Precision::kBF16, options);
  const std::vector<double> rates = {0.05};
  const Batch batch = photos_of_classes(8, 1);
  for (int step = 0; step < 3; ++step) {
    static_cast<void>(tested.program->train(batch, {.rates = rates}));
    const Tensor scores = tested.program->infer(batch);
    Lower anew(layer_case, "cpu", Precision::kBF16);
    anew.parameters->write(tested.parameters->read());
    EXPECT_LE(difference(scores, anew.program->infer(batch)), 1e-6) << "after update " << step;
  }
}

}  // namespace
}  // namespace alexnet
