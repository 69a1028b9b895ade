#include "alexnet/network/weights.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <gtest/gtest.h>

#include "alexnet/core/random.h"

#include "error_text.h"

namespace alexnet {
namespace {

constexpr int kInputs = 500;
constexpr int kUnits = 400;

Network dense(Initializer weight, Initializer bias = Initializer::constant(0)) {
  return Network({.name = "n",
                  .input = {kInputs},
                  .layers = {Dense{.name = "d", .units = kUnits, .weight = {weight}, .bias = {bias}}}});
}

struct Moments {
  double mean;
  double deviation;
  double largest;
};

Moments moments(const Tensor& tensor) {
  Moments m{0, 0, 0};
  const auto values = tensor.as<double>();
  for (const double v : values) {
    m.mean += v;
    m.deviation += v * v;
    m.largest = std::max(m.largest, std::abs(v));
  }
  const auto n = static_cast<double>(values.size());
  m.mean /= n;
  m.deviation = std::sqrt(m.deviation / n - m.mean * m.mean);
  return m;
}

Moments weight_moments(Initializer init) {
  return moments(initial_weights(dense(init), 7, ElementType::kF64).at("d.weight"));
}

/// 200,000 draws: the mean lies within 5 of its standard errors, the deviation within 1 %.
void expect_moments(const Moments& m, double deviation) {
  EXPECT_LT(std::abs(m.mean), 5 * deviation / std::sqrt(kInputs * kUnits));
  EXPECT_NEAR(m.deviation, deviation, 0.01 * deviation);
}

TEST(InitialWeights, ConstantIsConstant) {
  const Moments m = moments(initial_weights(dense(Initializer::constant(0.5)), 1, ElementType::kF64).at("d.weight"));
  EXPECT_EQ(m.mean, 0.5);
  EXPECT_EQ(m.deviation, 0);
}

TEST(InitialWeights, GaussianIsNotTruncated) {
  const Moments m = weight_moments(Initializer::gaussian(0.01));
  expect_moments(m, 0.01);
  EXPECT_GT(m.largest, 4 * 0.01);
}

TEST(InitialWeights, GlorotUniformFillsItsRange) {
  const double limit = std::sqrt(6.0 / (kInputs + kUnits));
  const Moments m = weight_moments(Initializer::glorot_uniform());
  expect_moments(m, limit / std::sqrt(3.0));
  EXPECT_LE(m.largest, limit);
  EXPECT_GT(m.largest, 0.999 * limit);
}

TEST(InitialWeights, HeNormalLooksAtTheInputs) {
  expect_moments(weight_moments(Initializer::he_normal()), std::sqrt(2.0 / kInputs));
}

TEST(InitialWeights, FanInUniformHoldsForBiasesToo) {
  const double limit = 1 / std::sqrt(static_cast<double>(kInputs));
  const Moments m = weight_moments(Initializer::fan_in_uniform());
  expect_moments(m, limit / std::sqrt(3.0));
  EXPECT_LE(m.largest, limit);
  const auto weights =
      initial_weights(dense(Initializer::constant(0), Initializer::fan_in_uniform()), 7, ElementType::kF64);
  const Moments bias = moments(weights.at("d.bias"));
  EXPECT_LE(bias.largest, limit);
  EXPECT_GT(bias.largest, 0.9 * limit);
}

// Keras's limits for the tutorial's first two convolutions: sqrt(6 / (363 + 11616)) and sqrt(6 / (11616 + 30976)).
TEST(InitialWeights, GlorotLimitsOfConvolutions) {
  const Network network({.name = "n",
                         .input = {3, 30, 30},
                         .layers = {Conv2D{.name = "conv1", .filters = 96, .kernel = 11},
                                    Conv2D{.name = "conv2", .filters = 256, .kernel = 11}}});
  const auto weights = initial_weights(network, 1, ElementType::kF64);
  EXPECT_NEAR(moments(weights.at("conv1.weight")).largest, 0.02238, 1e-5);
  EXPECT_NEAR(moments(weights.at("conv2.weight")).largest, 0.01187, 1e-5);
}

TEST(InitialWeights, ElementsComeFromTheParametersOwnStream) {
  const Network network({.name = "n",
                         .input = {4},
                         .layers = {Dense{.name = "a", .units = 3, .weight = {Initializer::gaussian(2)}},
                                    Dense{.name = "b", .units = 5, .weight = {Initializer::gaussian(2)}}}});
  const auto weights = initial_weights(network, 42, ElementType::kF64);
  RandomStream stream(42, Purpose::kWeights, 0, 2);  // a.weight, a.bias, b.weight
  for (const double value : weights.at("b.weight").as<double>()) {
    EXPECT_EQ(value, 2 * stream.normal());
  }
}

TEST(InitialWeights, RepeatAndDependOnTheSeed) {
  const Network network = dense(Initializer::glorot_uniform());
  EXPECT_TRUE(initial_weights(network, 3) == initial_weights(network, 3));
  EXPECT_FALSE(initial_weights(network, 3).at("d.weight") == initial_weights(network, 4).at("d.weight"));
}

TEST(InitialWeights, SingleIsDoubleRounded) {
  for (const Initializer init : {Initializer::gaussian(0.01), Initializer::fan_in_uniform()}) {
    const Network network = dense(init);
    EXPECT_TRUE(initial_weights(network, 5).at("d.weight") ==
                initial_weights(network, 5, ElementType::kF64).at("d.weight").converted(ElementType::kF32));
  }
  EXPECT_EQ(error_text([] { (void)initial_weights(dense({}), 1, ElementType::kF16); }),
            "wrong-call | initial_weights | expected F32 or F64, got F16");
}

TEST(InitialWeights, StatisticsAndConstantsHaveTheirStart) {
  const Network network(
      {.name = "n",
       .input = {2, 3, 3},
       .layers = {Normalize{.name = "normalize", .mean_image = true, .mean_height = 3, .mean_width = 3},
                  BatchNorm{.name = "bn"}}});
  const auto weights = initial_weights(network, 1);
  const auto all = [&](const char* name, float value) {
    return std::ranges::all_of(weights.at(name).as<float>(), [=](float v) { return v == value; });
  };
  EXPECT_TRUE(all("normalize.mean", 0));
  EXPECT_TRUE(all("bn.weight", 1));
  EXPECT_TRUE(all("bn.bias", 0));
  EXPECT_TRUE(all("bn.running_mean", 0));
  EXPECT_TRUE(all("bn.running_var", 1));
}

TEST(CheckWeights, AcceptsWhatFits) {
  const Network network = dense(Initializer::glorot_uniform());
  for (const ElementType type : {ElementType::kF32, ElementType::kF64}) {
    EXPECT_EQ(error_text([&] { check_weights(network, initial_weights(network, 1, type), "f"); }), "nothing");
  }
}

TEST(CheckWeights, NamesWhatIsWrong) {
  const Network network = dense(Initializer::glorot_uniform());
  const auto code = [&](const auto& change) {
    Weights weights = initial_weights(network, 1);
    change(weights);
    return error_text([&] { check_weights(network, weights, "m.safetensors"); });
  };
  EXPECT_EQ(code([](Weights& w) { w.erase("d.bias"); }), "tensor-missing | d.bias | ");
  EXPECT_EQ(code([](Weights& w) { w.emplace("e.bias", Tensor(ElementType::kF32, {1})); }),
            "tensor-surplus | e.bias | ");
  EXPECT_EQ(code([](Weights& w) {
              w.at("d.bias") = Tensor(ElementType::kF32, {kUnits, 1});
            }),
            "tensor-shape | d.bias | expected 400, got 400x1");
  EXPECT_EQ(code([](Weights& w) { w.at("d.weight").as<float>()[77] = std::numeric_limits<float>::quiet_NaN(); }),
            "tensor-not-finite | d.weight | ");
  EXPECT_EQ(code([](Weights& w) { w.at("d.bias").as<float>()[0] = -std::numeric_limits<float>::infinity(); }),
            "tensor-not-finite | d.bias | ");
  EXPECT_EQ(code([](Weights& w) {
              Tensor half(ElementType::kF16, {kUnits});
              half.data()[1] = std::byte{0x7c};  // infinity
              w.at("d.bias") = std::move(half);
            }),
            "tensor-not-finite | d.bias | ");
}

}  // namespace
}  // namespace alexnet
