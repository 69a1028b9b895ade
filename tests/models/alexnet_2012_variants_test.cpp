#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/models/models.h"

#include "golden.h"

// Source of the shapes: AlexNet-Source-Code, layers/layers-145-half.cfg, -146-2012-2011.cfg, -147.cfg, -148.cfg;
// cuda-convnet2, layers/layers-imagenet-1gpu.cfg. Counts are computed from them.
namespace alexnet {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

/// The rows of a network with parameters, those of its dense layers left out.
std::vector<std::string> convolutions_of(const Network& network) {
  std::vector<std::string> rows = table_of(network);
  std::erase_if(rows, [](const std::string& row) { return row.find(" conv2d ") == std::string::npos; });
  return rows;
}

std::vector<std::string> kinds_of(const Network& network) {
  std::vector<std::string> kinds;
  for (const Layer& layer : network.layers()) {
    kinds.emplace_back(kind_of(layer));
  }
  return kinds;
}

TEST(AlexNet2012Half, IsOneCardsPart) {
  const Network network = models::alexnet_2012_half();
  EXPECT_THAT(convolutions_of(network),
              ElementsAre("conv1 conv2d 48x55x55 17472 52707600", "conv2 conv2d 128x27x27 153728 111974400",
                          "conv3 conv2d 192x13x13 221376 37380096", "conv4 conv2d 192x13x13 331968 56070144",
                          "conv5 conv2d 256x13x13 442624 74760192"));
  EXPECT_EQ(network.parameter_count(), 59798312);
  EXPECT_EQ(network.macs(), 391514384);
  EXPECT_EQ(layer<LRN>(network, "lrn1").groups, 1);
  EXPECT_EQ(kinds_of(network), kinds_of(models::alexnet_2012()));
}

TEST(AlexNet2012NoLrn, IsTheSameWithoutNormalisation) {
  Network::Options options = models::alexnet_2012().options();
  std::erase_if(options.layers, [](const Layer& l) { return std::holds_alternative<LRN>(l); });
  options.name = "alexnet-2012-nolrn";
  EXPECT_TRUE(models::alexnet_2012_nolrn() == Network(options));
  EXPECT_EQ(options.layers.size() + 3, models::alexnet_2012().layers().size());
}

TEST(AlexNet2012Pool2, KeepsTheSizeOfTheLastMaps) {
  const Network network = models::alexnet_2012_pool2();
  EXPECT_THAT(convolutions_of(network),
              ElementsAre("conv1 conv2d 96x55x55 34944 105415200", "conv2 conv2d 256x26x26 307456 207667200",
                          "conv3 conv2d 384x13x13 885120 149520384", "conv4 conv2d 384x11x11 663936 80289792",
                          "conv5 conv2d 256x11x11 442624 53526528"));
  EXPECT_EQ(to_string(network.facts(network.index_of("pool1")).output), "96x28x28");
  EXPECT_EQ(to_string(network.facts(network.index_of("pool2")).output), "256x13x13");
  EXPECT_EQ(to_string(network.facts(network.index_of("pool5")).output), "256x6x6");
  EXPECT_EQ(layer<MaxPool2D>(network, "pool1").window, 2);
  EXPECT_EQ(network.parameter_count(), 60965224);
  EXPECT_EQ(network.macs(), 655041056);
}

TEST(AlexNet6Conv, HasASixthBehindTheLastPool) {
  const Network network = models::alexnet_6conv();
  EXPECT_THAT(convolutions_of(network), ::testing::Contains("conv6 conv2d 256x6x6 590080 21233664"));
  EXPECT_EQ(network.index_of("conv6"), network.index_of("relu5") + 1);
  EXPECT_EQ(layer<Conv2D>(network, "conv6").weight.init, Initializer::gaussian(0.03));
  EXPECT_EQ(layer<Conv2D>(network, "conv6").bias.init, Initializer::constant(1));
  EXPECT_EQ(network.parameter_count(), 61555304);
  EXPECT_EQ(network.macs(), 724406816 + 21233664);
}

TEST(AlexNetOwt, LayersAreGolden) {
  const Network network = models::alexnet_owt();
  EXPECT_THAT(table_of(network), ElementsAreArray({
                                     "normalize normalize 3x224x224",
                                     "conv1 conv2d 64x55x55 23296 70276800",
                                     "lrn1 lrn 64x55x55",
                                     "pool1 max_pool2d 64x27x27",
                                     "relu1 relu 64x27x27",
                                     "conv2 conv2d 192x27x27 307392 223948800",
                                     "relu2 relu 192x27x27",
                                     "lrn2 lrn 192x27x27",
                                     "pool2 max_pool2d 192x13x13",
                                     "conv3 conv2d 384x13x13 663936 112140288",
                                     "relu3 relu 384x13x13",
                                     "conv4 conv2d 256x13x13 884992 149520384",
                                     "relu4 relu 256x13x13",
                                     "conv5 conv2d 256x13x13 590080 99680256",
                                     "pool5 max_pool2d 256x6x6",
                                     "relu5 relu 256x6x6",
                                     "flatten flatten 9216",
                                     "fc6 dense 4096 37752832 37748736",
                                     "relu6 relu 4096",
                                     "dropout6 dropout 4096",
                                     "fc7 dense 4096 16781312 16777216",
                                     "relu7 relu 4096",
                                     "dropout7 dropout 4096",
                                     "fc8 dense 1000 4097000 4096000",
                                 }));
  EXPECT_EQ(network.parameter_count(), 61100840);
  EXPECT_EQ(network.macs(), 714188480);
  EXPECT_EQ(layer<LRN>(network, "lrn1").groups, 1);
  EXPECT_EQ(layer<LRN>(network, "lrn1").k, 2);
  EXPECT_DOUBLE_EQ(layer<LRN>(network, "lrn1").coefficient(), 2e-5);
  EXPECT_EQ(layer<Dense>(network, "fc8").bias.init, Initializer::constant(-7));
}

}  // namespace
}  // namespace alexnet
