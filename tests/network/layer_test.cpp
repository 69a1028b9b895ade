#include "alexnet/network/layer.h"

#include <limits>

#include <gtest/gtest.h>

#include "error_text.h"

namespace alexnet {
namespace {

std::string refusal(const Layer& layer, const Shape& input) {
  return error_text([&] { (void)output_shape(layer, input); });
}

TEST(Layer, KnowsNameAndKind) {
  EXPECT_EQ(name_of(MaxPool2D{.name = "pool1"}), "pool1");
  EXPECT_EQ(kind_of(MaxPool2D{}), "max_pool2d");
  EXPECT_EQ(kind_of(BatchNorm{}), "batch_norm");
  EXPECT_EQ(kind_of(LRN{}), "lrn");
}

TEST(Layer, ElementwiseLayersKeepAnyShape) {
  for (const Layer& layer : {Layer(ReLU{"a"}), Layer(Tanh{"a"}), Layer(Sigmoid{"a"}), Layer(Dropout{"a"})}) {
    EXPECT_EQ(output_shape(layer, {3, 4, 5}), (Shape{3, 4, 5}));
    EXPECT_EQ(output_shape(layer, {7}), (Shape{7}));
    EXPECT_TRUE(parameters(layer, {7}).empty());
    EXPECT_EQ(macs(layer, {7}), 0);
  }
}

TEST(Layer, RefusesInputsThatAreNoActivation) {
  EXPECT_EQ(refusal(ReLU{"a"}, {3, 0, 5}), "network-invalid | a | expected an input extent of at least 1, got 0");
  EXPECT_EQ(refusal(ReLU{"a"}, {3, 4}),
            "network-invalid | a | expected an input of channels, or of channels x height x width, got 3x4");
  EXPECT_EQ(refusal(ReLU{"a"}, {std::numeric_limits<std::int64_t>::max(), 2, 2}),
            "network-invalid | a | expected at most 1099511627776 input elements, got 9223372036854775807x2x2");
}

TEST(Flatten, IsChannelMajorAndNeedsAnImage) {
  EXPECT_EQ(output_shape(Flatten{"f"}, {256, 6, 6}), (Shape{9216}));
  EXPECT_EQ(refusal(Flatten{"f"}, {9}), "network-invalid | f | expected an input of channels x height x width, got 9");
}

TEST(Dense, CountsInputsTimesUnits) {
  const Dense layer{.name = "d", .units = 10};
  EXPECT_EQ(output_shape(layer, {84}), (Shape{10}));
  const auto specs = parameters(layer, {84});
  ASSERT_EQ(specs.size(), 2u);
  EXPECT_EQ(specs[0].shape, (Shape{10, 84}));
  EXPECT_EQ(specs[0].fan_in, 84);
  EXPECT_EQ(specs[0].fan_out, 10);
  EXPECT_EQ(specs[1].shape, (Shape{10}));
  EXPECT_EQ(macs(layer, {84}), 840);
}

TEST(Dense, NeedsAFlatInput) {
  EXPECT_EQ(refusal(Dense{.name = "d", .units = 10}, {256, 6, 6}),
            "network-invalid | d | expected a flat input (put a flatten layer in front), got 256x6x6");
  EXPECT_EQ(refusal(Dense{.name = "d"}, {9}), "network-invalid | d | expected units of at least 1, got 0");
}

TEST(Dropout, RefusesRatesOutsideItsRange) {
  EXPECT_EQ(refusal(Dropout{.name = "d", .rate = 0}, {9}), "nothing");
  EXPECT_EQ(refusal(Dropout{.name = "d", .rate = 1}, {9}),
            "network-invalid | d | expected a rate of at least 0 and below 1, got 1");
  EXPECT_EQ(refusal(Dropout{.name = "d", .rate = -0.5}, {9}),
            "network-invalid | d | expected a rate of at least 0 and below 1, got -0.5");
  EXPECT_EQ(refusal(Dropout{.name = "d", .rate = std::numeric_limits<double>::quiet_NaN()}, {9}),
            "network-invalid | d | expected a rate of at least 0 and below 1, got nan");
  EXPECT_EQ(refusal(Dropout{.name = "d", .first_unit = -1}, {9}),
            "network-invalid | d | expected a first unit of at least 0, got -1");
}

TEST(BatchNorm, HasTwoTrainableAndTwoStatistics) {
  const auto specs = parameters(BatchNorm{.name = "b"}, {96, 27, 27});
  ASSERT_EQ(specs.size(), 4u);
  const char* const names[] = {"b.weight", "b.bias", "b.running_mean", "b.running_var"};
  const double starts[] = {1, 0, 0, 1};
  for (std::size_t i = 0; i < specs.size(); ++i) {
    EXPECT_EQ(specs[i].name, names[i]);
    EXPECT_EQ(specs[i].shape, (Shape{96}));
    EXPECT_EQ(specs[i].options.init, Initializer::constant(starts[i]));
    EXPECT_EQ(specs[i].role, i < 2 ? ParameterRole::kTrainable : ParameterRole::kStatistic);
  }
  EXPECT_EQ(parameters(BatchNorm{.name = "b"}, {40})[0].shape, (Shape{40}));
}

TEST(BatchNorm, RefusesNumbersOutsideTheirRange) {
  EXPECT_EQ(refusal(BatchNorm{.name = "b", .momentum = 1.5}, {9}),
            "network-invalid | b | expected a momentum from 0 to 1, got 1.5");
  EXPECT_EQ(refusal(BatchNorm{.name = "b", .epsilon = 0}, {9}),
            "network-invalid | b | expected an epsilon above 0, got 0");
}

TEST(ParameterOptions, RefusesNegativeMultipliersAndDeviations) {
  const auto with = [](ParameterOptions options) {
    return refusal(Dense{.name = "d", .units = 1, .weight = options}, {9});
  };
  EXPECT_EQ(with({Initializer::gaussian(-0.01)}),
            "network-invalid | d | expected a deviation of at least 0 for its weight, got -0.01");
  EXPECT_EQ(with({Initializer::constant(0), -1, 1}),
            "network-invalid | d | expected a rate multiplier of at least 0 for its weight, got -1");
  EXPECT_EQ(with({Initializer::constant(0), 1, -1}),
            "network-invalid | d | expected a decay multiplier of at least 0 for its weight, got -1");
  EXPECT_EQ(with({Initializer::constant(std::numeric_limits<double>::quiet_NaN())}),
            "network-invalid | d | expected a finite start value of its weight, got nan");
}

}  // namespace
}  // namespace alexnet
