#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "alexnet/core/error.h"
#include "alexnet/registry/registry.h"
#include "alexnet/runtime/input_ranges.h"
#include "alexnet/runtime/quantization.h"

#include "backends/lower_precision.h"

namespace alexnet {
namespace {

using test::doubles;
using test::is_possible;
using test::LayerCase;
using test::learnable;
using test::Lower;
using test::mean_difference;

class Int8 : public testing::Test {
 protected:
  void SetUp() override {
    if (!is_possible(Precision::kI8)) {
      GTEST_SKIP() << "this processor does not compute at i8";
    }
  }
  [[nodiscard]] static Message compile_error(const Network& network, const CompileOptions& options) {
    const auto cpu = make_backend("cpu");
    try {
      static_cast<void>(cpu->compile(network, cpu->parameters(network, initial_weights(network, 1)), options));
    } catch (const Error& error) {
      return error.message();
    }
    return Message::kCount;
  }
};

// Each filter a hundredth of the one before it: with one step for all of them nothing would be left of the last.
TEST_F(Int8, HasAStepForEachFilter) {
  for (const int groups : {1, 2}) {
    const LayerCase layer_case{
        .name = "filters",
        .kind = "filters",
        .network = Network(
            {.name = "filters",
             .input = {8, 6, 6},
             .layers = {Conv2D{.name = "conv", .filters = 4, .kernel = 3, .groups = groups}, Flatten{"flat"}}})};
    Weights weights = test::make_weights(layer_case);
    const std::span<float> w = weights.at("conv.weight").as<float>();
    for (std::size_t i = 0; i < w.size(); ++i) {
      w[i] *= static_cast<float>(std::pow(100.0, -static_cast<double>(i / (w.size() / 4))));
    }
    std::ranges::fill(weights.at("conv.bias").as<float>(), 0.0F);
    Lower tested(layer_case, "cpu", Precision::kI8);
    Lower exact(layer_case, "cpu", Precision::kF32);
    const Batch batch = test::make_batch(layer_case, 2, 2);
    for (const Lower* side : {&tested, &exact}) {
      side->parameters->write(weights);
    }
    const auto got = doubles(tested.program->infer(batch));
    const auto expected = doubles(exact.program->infer(batch));
    for (std::size_t filter = 0; filter < 8; ++filter) {  // of both photos
      EXPECT_LE(mean_difference(std::span(got).subspan(filter * 16, 16), std::span(expected).subspan(filter * 16, 16)),
                0.03)
          << "filter " << filter % 4;
    }
  }
}

// Integers begin at the number 0 whether or not there are negative ones: a constant photo of the largest number gives
// the sums of the weights, one of zeros the biases, at the padded border too.
TEST_F(Int8, KeepsZeroAndTheLargestNumberExact) {
  const LayerCase layer_case{
      .name = "zero",
      .kind = "zero",
      .network = Network({.name = "zero",
                          .input = {3, 4, 4},
                          .layers = {Conv2D{.name = "conv", .filters = 2, .kernel = 3, .padding = Padding::all(1)},
                                     Flatten{"flat"}}})};
  for (const double least : {0.0, -2.0}) {
    CompileOptions options{.batch = 2, .precision = Precision::kI8};
    options.input_ranges = {{"conv", {least, 2.0}}};
    const auto cpu = make_backend("cpu");
    Weights weights = test::make_weights(layer_case);
    for (float& w : weights.at("conv.weight").as<float>()) {
      w = 0.25F;
    }
    const auto program = cpu->compile(layer_case.network, cpu->parameters(layer_case.network, weights), options);
    Batch batch;
    batch.rows = 2;
    batch.input = Tensor(ElementType::kF32, {2, 3, 4, 4});
    std::ranges::fill(batch.input.as<float>().subspan(48), 2.0F);
    const auto scores = doubles(program->infer(batch));
    const auto bias = doubles(weights.at("conv.bias"));
    for (std::size_t i = 0; i < 32; ++i) {
      const std::size_t row = i % 16 / 4;
      const std::size_t column = i % 4;
      const double taps = (row % 3 == 0 ? 2 : 3) * (column % 3 == 0 ? 2 : 3);
      EXPECT_NEAR(scores[i], bias[i / 16], 1e-5);
      EXPECT_NEAR(scores[32 + i], bias[i / 16] + taps * 3 * 2.0 * 0.25, 1e-4);
    }
  }
}

TEST_F(Int8, ClipsWhatTheRangeDoesNotHold) {
  const Network network({.name = "clip", .input = {1}, .layers = {Dense{.name = "fc", .units = 1}}});
  CompileOptions options{.batch = 3, .precision = Precision::kI8};
  options.input_ranges = {{"fc", {0, 1}}};
  const auto cpu = make_backend("cpu");
  const Weights weights = {{"fc.weight", Tensor::of<float>({1, 1}, std::vector<float>{1})},
                           {"fc.bias", Tensor::of<float>({1}, std::vector<float>{0})}};
  Batch batch;
  batch.rows = 3;
  batch.input = Tensor::of<float>({3, 1}, std::vector<float>{-5, 7, 0.5F});
  const auto scores = doubles(cpu->compile(network, cpu->parameters(network, weights), options)->infer(batch));
  EXPECT_NEAR(scores[0], 0, 1e-6);
  EXPECT_NEAR(scores[1], 1, 1e-5);
  EXPECT_NEAR(scores[2], 128.0 / 255, 1e-5);  // 127.5 is a tie, which goes to the even number
}

// 70,000 products of 255 and 127 are more than 32 bits hold; oneDNN's kernels have no more.
TEST_F(Int8, AddsMoreThanFits32Bits) {
  constexpr std::int64_t kInputs = 70'000;
  const Network network(
      {.name = "long", .input = {kInputs}, .layers = {Dense{.name = "fc", .units = 3, .has_bias = false}}});
  CompileOptions options{.batch = 1, .precision = Precision::kI8, .profile = true};
  options.input_ranges = {{"fc", {0, 1}}};
  Weights weights = initial_weights(network, 1);
  std::ranges::fill(weights.at("fc.weight").as<float>(), 1.0F);
  Batch batch;
  batch.rows = 1;
  batch.input = Tensor(ElementType::kF32, {1, kInputs});
  std::ranges::fill(batch.input.as<float>(), 1.0F);
  const auto cpu = make_backend("cpu");
  const auto program = cpu->compile(network, cpu->parameters(network, weights), options);
  const auto scores = doubles(program->infer(batch));
  if (std::ranges::none_of(program->profile(), [](const auto& row) { return row.kernel.starts_with("integers"); })) {
    GTEST_SKIP() << "the library multiplies here";
  }
  for (const double score : scores) {
    EXPECT_NEAR(score, kInputs, 0.1);
  }
}

TEST_F(Int8, RefusesGradientsAndMissingRanges) {
  const Network network = learnable().network;
  CompileOptions options{.precision = Precision::kI8};
  EXPECT_EQ(compile_error(network, options), Message::kNotCalibrated);
  for (const std::string& layer : quantized_layers(network)) {
    options.input_ranges[layer] = {0, 1};
  }
  EXPECT_EQ(compile_error(network, options), Message::kCount);
  options.backward = Backward::kInput;
  EXPECT_EQ(compile_error(network, options), Message::kWrongCall);
  options.backward = Backward::kNone;
  options.input_ranges["fc"] = {0, NAN};
  EXPECT_EQ(compile_error(network, options), Message::kWrongCall);
}

TEST(InputRangeObserver, HoldsWhatGoesIntoEachLayer) {
  const Network network({.name = "ranges",
                         .input = {2},
                         .layers = {Dense{.name = "fc1", .units = 1, .has_bias = false}, ReLU{"relu"},
                                    Dense{.name = "fc2", .units = 1}}});
  const auto backend = make_backend("reference");
  Weights weights = initial_weights(network, 1);
  std::ranges::fill(weights.at("fc1.weight").as<float>(), 2.0F);
  InputRangeObserver observer(*backend, backend->parameters(network, weights), 128);
  EXPECT_TRUE(observer.ranges().empty());
  Batch batch;
  batch.rows = 100;
  batch.input = Tensor(ElementType::kF32, {128, 2});
  const std::span<float> x = batch.input.as<float>();
  std::ranges::fill(x.first(200), 0.5F);
  x[0] = -3;
  x[2] = 1;
  std::ranges::fill(x.subspan(200), 1000.0F);  // rows that do not count
  observer.add(batch);
  // Photo 0 reaches 3 from zero and is the one in 100 that is left out, though its sign counts.
  EXPECT_EQ(observer.ranges().at("fc1"), (ValueRange{-1, 1}));
  EXPECT_EQ(observer.ranges().at("fc2"), (ValueRange{0, 2}));
}

}  // namespace
}  // namespace alexnet
