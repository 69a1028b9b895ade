#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/models/models.h"

#include "golden.h"

// Shapes, groups and work are the paper's; counts are computed from them.
namespace alexnet {
namespace {

TEST(AlexNetBn, LayersAreGolden) {
  const Network network = models::alexnet_bn();
  EXPECT_THAT(table_of(network), ::testing::ElementsAreArray({
                                     "normalize normalize 3x227x227",
                                     "conv1 conv2d 96x55x55 34848 105415200",
                                     "bn1 batch_norm 96x55x55 384",
                                     "relu1 relu 96x55x55",
                                     "pool1 max_pool2d 96x27x27",
                                     "conv2 conv2d 256x27x27 307200 223948800",
                                     "bn2 batch_norm 256x27x27 1024",
                                     "relu2 relu 256x27x27",
                                     "pool2 max_pool2d 256x13x13",
                                     "conv3 conv2d 384x13x13 884736 149520384",
                                     "bn3 batch_norm 384x13x13 1536",
                                     "relu3 relu 384x13x13",
                                     "conv4 conv2d 384x13x13 663552 112140288",
                                     "bn4 batch_norm 384x13x13 1536",
                                     "relu4 relu 384x13x13",
                                     "conv5 conv2d 256x13x13 442368 74760192",
                                     "bn5 batch_norm 256x13x13 1024",
                                     "relu5 relu 256x13x13",
                                     "pool5 max_pool2d 256x6x6",
                                     "flatten flatten 9216",
                                     "fc6 dense 4096 37748736 37748736",
                                     "bn6 batch_norm 4096 16384",
                                     "relu6 relu 4096",
                                     "dropout6 dropout 4096",
                                     "fc7 dense 4096 16777216 16777216",
                                     "bn7 batch_norm 4096 16384",
                                     "relu7 relu 4096",
                                     "dropout7 dropout 4096",
                                     "fc8 dense 1000 4097000 4096000",
                                 }));
  EXPECT_EQ(network.parameter_count(), 60993928);
  EXPECT_EQ(network.trainable_count(), 60974792);
  EXPECT_EQ(network.macs(), 724406816);
}

TEST(AlexNetBn, StartsAsHeSays) {
  const Network network = models::alexnet_bn();
  for (const ParameterSpec& spec : network.trainable()) {
    if (spec.name.ends_with(".weight") && !spec.name.starts_with("bn")) {
      EXPECT_EQ(spec.options.init, Initializer::he_normal()) << spec.name;
    }
  }
}

}  // namespace
}  // namespace alexnet
