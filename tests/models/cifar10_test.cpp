#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/models/models.h"

#include "golden.h"

// Sources: cuda-convnet's and cuda-convnet2's layers-*.cfg, Caffe's examples/cifar10/*.prototxt.
namespace alexnet {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(Cifar10, QuickIsGolden) {
  const Network network = models::cifar10_quick();
  EXPECT_THAT(table_of(network),
              ElementsAre("normalize normalize 3x32x32", "conv1 conv2d 32x32x32 2432 2457600",
                          "pool1 max_pool2d 32x16x16", "relu1 relu 32x16x16", "conv2 conv2d 32x16x16 25632 6553600",
                          "relu2 relu 32x16x16", "pool2 avg_pool2d 32x8x8", "conv3 conv2d 64x8x8 51264 3276800",
                          "relu3 relu 64x8x8", "pool3 avg_pool2d 64x4x4", "flatten flatten 1024",
                          "ip1 dense 64 65600 65536", "ip2 dense 10 650 640"));
  EXPECT_EQ(network.parameter_count(), 145578);
  EXPECT_EQ(network.macs(), 12354176);
}

TEST(Cifar10, The80SecondsNetworkIsGolden) {
  const Network network = models::cifar10_80sec();
  EXPECT_THAT(table_of(network),
              ElementsAre("normalize normalize 3x32x32", "conv1 conv2d 32x32x32 2432 2457600", "relu1 relu 32x32x32",
                          "pool1 max_pool2d 32x16x16", "conv2 conv2d 32x16x16 25632 6553600", "relu2 relu 32x16x16",
                          "pool2 avg_pool2d 32x8x8", "conv3 conv2d 64x8x8 51264 3276800", "relu3 relu 64x8x8",
                          "pool3 avg_pool2d 64x4x4", "flatten flatten 1024", "fc64 dense 64 65600 65536",
                          "relu4 relu 64", "fc10 dense 10 650 640"));
  EXPECT_EQ(network.parameter_count(), 145578);
  EXPECT_EQ(network.macs(), 12354176);
}

TEST(Cifar10, The18PercentNetworkAndFullAreGolden) {
  EXPECT_THAT(table_of(models::cifar10_18pct()),
              ElementsAre("normalize normalize 3x32x32", "conv1 conv2d 32x32x32 2432 2457600",
                          "pool1 max_pool2d 32x16x16", "relu1 relu 32x16x16", "rnorm1 lrn 32x16x16",
                          "conv2 conv2d 32x16x16 25632 6553600", "relu2 relu 32x16x16", "pool2 avg_pool2d 32x8x8",
                          "rnorm2 lrn 32x8x8", "conv3 conv2d 64x8x8 51264 3276800", "relu3 relu 64x8x8",
                          "pool3 avg_pool2d 64x4x4", "flatten flatten 1024", "fc10 dense 10 10250 10240"));
  for (const Network& network : {models::cifar10_18pct(), models::cifar10_full()}) {
    EXPECT_EQ(network.parameter_count(), 89578);
    EXPECT_EQ(network.macs(), 12298240);
    for (const Layer& each : network.layers()) {
      if (const auto* lrn = std::get_if<LRN>(&each)) {
        EXPECT_EQ(lrn->span, LRN::Span::kWithin);
        EXPECT_DOUBLE_EQ(lrn->coefficient(), 5e-5 / 9);
      }
    }
  }
}

TEST(Cifar10, The13PercentNetworkIsGolden) {
  const Network network = models::cifar10_13pct();
  EXPECT_THAT(table_of(network),
              ElementsAre("normalize normalize 3x24x24", "conv1 conv2d 64x24x24 4864 2764800", "relu1 relu 64x24x24",
                          "pool1 max_pool2d 64x12x12", "conv2 conv2d 64x12x12 102464 14745600", "relu2 relu 64x12x12",
                          "pool2 max_pool2d 64x6x6", "local3 locally_connected2d 32x6x6 664704 663552",
                          "relu3 relu 32x6x6", "local4 locally_connected2d 32x6x6 332928 331776", "relu4 relu 32x6x6",
                          "flatten flatten 1152", "fc10 dense 10 11530 11520"));
  EXPECT_EQ(network.parameter_count(), 1116490);
  EXPECT_EQ(network.macs(), 18517248);
}

TEST(Cifar10, The11PercentNetworkIsGolden) {
  const Network network = models::cifar10_11pct();
  EXPECT_THAT(table_of(network),
              ElementsAre("normalize normalize 3x24x24", "conv1 conv2d 64x24x24 4864 2764800", "relu1 relu 64x24x24",
                          "pool1 max_pool2d 64x12x12", "rnorm1 lrn 64x12x12", "conv2 conv2d 64x12x12 102464 14745600",
                          "relu2 relu 64x12x12", "rnorm2 lrn 64x12x12", "pool2 max_pool2d 64x6x6",
                          "local3 locally_connected2d 64x6x6 1329408 1327104", "relu3 relu 64x6x6",
                          "local4 locally_connected2d 32x6x6 664704 663552", "relu4 relu 32x6x6",
                          "flatten flatten 1152", "fc10 dense 10 11530 11520"));
  EXPECT_EQ(network.parameter_count(), 2112970);
  EXPECT_EQ(network.macs(), 19512576);
  EXPECT_DOUBLE_EQ(layer<LRN>(network, "rnorm1").coefficient(), 1e-3 / 9);
  EXPECT_EQ(layer<LRN>(network, "rnorm1").groups, 1);
}

/// By parameter: sigma of the start, and the decay in a recipe that decays by 0.004.
std::vector<std::pair<std::string, std::pair<double, double>>> weights_of(const Network& network) {
  std::vector<std::pair<std::string, std::pair<double, double>>> rows;
  for (const ParameterSpec& spec : network.trainable()) {
    if (spec.name.ends_with(".weight")) {
      EXPECT_EQ(spec.options.init.kind, Initializer::Kind::kGaussian);
      EXPECT_EQ(spec.options.rate, 1);
      const double decay = std::round(spec.options.decay * 0.004 * 1e9) / 1e9;
      rows.emplace_back(spec.name, std::pair(spec.options.init.value, decay));
    } else {
      EXPECT_EQ(spec.options.init, Initializer::constant(0));
    }
  }
  return rows;
}

TEST(Cifar10, StartsAndDecaysAsItsFilesSay) {
  EXPECT_THAT(weights_of(models::cifar10_quick()),
              ElementsAre(Pair("conv1.weight", Pair(1e-4, 0.004)), Pair("conv2.weight", Pair(0.01, 0.004)),
                          Pair("conv3.weight", Pair(0.01, 0.004)), Pair("ip1.weight", Pair(0.1, 0.004)),
                          Pair("ip2.weight", Pair(0.1, 0.004))));
  EXPECT_THAT(weights_of(models::cifar10_80sec()),
              ElementsAre(Pair("conv1.weight", Pair(1e-4, 0.004)), Pair("conv2.weight", Pair(0.01, 0.004)),
                          Pair("conv3.weight", Pair(0.01, 0.004)), Pair("fc64.weight", Pair(0.1, 0.03)),
                          Pair("fc10.weight", Pair(0.1, 0.03))));
  EXPECT_THAT(weights_of(models::cifar10_18pct()),
              ElementsAre(Pair("conv1.weight", Pair(1e-4, 0.004)), Pair("conv2.weight", Pair(0.01, 0.004)),
                          Pair("conv3.weight", Pair(0.01, 0.004)), Pair("fc10.weight", Pair(0.01, 1))));
  EXPECT_THAT(weights_of(models::cifar10_full()),
              ElementsAre(Pair("conv1.weight", Pair(1e-4, 0.004)), Pair("conv2.weight", Pair(0.01, 0.004)),
                          Pair("conv3.weight", Pair(0.01, 0.004)), Pair("ip1.weight", Pair(0.01, 1))));
  EXPECT_THAT(weights_of(models::cifar10_13pct()),
              ElementsAre(Pair("conv1.weight", Pair(1e-4, 0)), Pair("conv2.weight", Pair(0.01, 0)),
                          Pair("local3.weight", Pair(0.04, 0.004)), Pair("local4.weight", Pair(0.04, 0.004)),
                          Pair("fc10.weight", Pair(0.01, 0.004))));
  EXPECT_THAT(weights_of(models::cifar10_11pct()),
              ElementsAre(Pair("conv1.weight", Pair(1e-4, 0)), Pair("conv2.weight", Pair(0.01, 0)),
                          Pair("local3.weight", Pair(0.04, 0.004)), Pair("local4.weight", Pair(0.04, 0.004)),
                          Pair("fc10.weight", Pair(0.01, 0.01))));
}

/// Rate and decay multipliers of the biases, in order.
std::vector<std::pair<double, double>> biases_of(const Network& network) {
  std::vector<std::pair<double, double>> rows;
  for (const ParameterSpec& spec : network.trainable()) {
    if (spec.name.ends_with(".bias")) {
      rows.emplace_back(spec.options.rate, spec.options.decay);
    }
  }
  return rows;
}

TEST(Cifar10, BiasesLearnAndDecayAsItsFilesSay) {
  EXPECT_THAT(biases_of(models::cifar10_quick()),
              ElementsAre(Pair(2, 1), Pair(2, 1), Pair(2, 1), Pair(2, 1), Pair(2, 1)));
  EXPECT_THAT(biases_of(models::cifar10_full()), ElementsAre(Pair(2, 1), Pair(2, 1), Pair(1, 1), Pair(2, 0)));
  for (const Network& network :
       {models::cifar10_80sec(), models::cifar10_18pct(), models::cifar10_13pct(), models::cifar10_11pct()}) {
    EXPECT_THAT(biases_of(network), ::testing::Each(Pair(2, 0))) << network.name();
  }
}

TEST(Cifar10, TiesOfPoolsGoWhereTheProgramOfTheirTimeSentThem) {
  for (const Network& network : {models::cifar10_quick(), models::cifar10_full()}) {
    EXPECT_EQ(layer<MaxPool2D>(network, "pool1").ties, MaxPool2D::Ties::kFirst) << network.name();
  }
  for (const Network& network :
       {models::cifar10_80sec(), models::cifar10_18pct(), models::cifar10_13pct(), models::cifar10_11pct()}) {
    EXPECT_EQ(layer<MaxPool2D>(network, "pool1").ties, MaxPool2D::Ties::kAll) << network.name();
  }
}

}  // namespace
}  // namespace alexnet
