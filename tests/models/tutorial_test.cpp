#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/models/models.h"

#include "golden.h"

namespace alexnet {
namespace {

TEST(Tutorial, LayersAreGolden) {
  // Shapes and parameters: model.summary() of the tutorial's Keras program; MACs: kernel x outputs.
  EXPECT_THAT(table_of(models::tutorial()), ::testing::ElementsAreArray({
                                                "normalize normalize 3x224x224",
                                                "conv1 conv2d 96x54x54 34944 101616768",
                                                "relu1 relu 96x54x54",
                                                "pool1 max_pool2d 96x27x27",
                                                "bn1 batch_norm 96x27x27 384",
                                                "conv2 conv2d 256x17x17 2973952 859398144",
                                                "relu2 relu 256x17x17",
                                                "pool2 max_pool2d 256x8x8",
                                                "bn2 batch_norm 256x8x8 1024",
                                                "conv3 conv2d 384x6x6 885120 31850496",
                                                "relu3 relu 384x6x6",
                                                "bn3 batch_norm 384x6x6 1536",
                                                "conv4 conv2d 384x4x4 1327488 21233664",
                                                "relu4 relu 384x4x4",
                                                "bn4 batch_norm 384x4x4 1536",
                                                "conv5 conv2d 256x2x2 884992 3538944",
                                                "relu5 relu 256x2x2",
                                                "pool5 max_pool2d 256x1x1",
                                                "bn5 batch_norm 256x1x1 1024",
                                                "flatten flatten 256",
                                                "fc6 dense 4096 1052672 1048576",
                                                "relu6 relu 4096",
                                                "dropout6 dropout 4096",
                                                "bn6 batch_norm 4096 16384",
                                                "fc7 dense 4096 16781312 16777216",
                                                "relu7 relu 4096",
                                                "dropout7 dropout 4096",
                                                "bn7 batch_norm 4096 16384",
                                                "fc8 dense 1000 4097000 4096000",
                                                "relu8 relu 1000",
                                                "dropout8 dropout 1000",
                                                "bn8 batch_norm 1000 4000",
                                                "fc9 dense 17 17017 17000",
                                            }));
  EXPECT_EQ(models::tutorial().parameter_count(), 28096769);
  EXPECT_EQ(models::tutorial().trainable_count(), 28075633);
  EXPECT_EQ(models::tutorial().macs(), 1039576808);
}

// Keras 3: layers/normalization/batch_normalization.py, layers/layer.py defaults; the program's Dropout(0.4).
TEST(Tutorial, OptionsAreKerasDefaults) {
  const Network network = models::tutorial();
  EXPECT_EQ(layer<BatchNorm>(network, "bn3"), (BatchNorm{.name = "bn3", .momentum = 0.99, .epsilon = 1e-3}));
  EXPECT_EQ(layer<Dropout>(network, "dropout8"), (Dropout{.name = "dropout8", .rate = 0.4, .inverted = true}));
  EXPECT_EQ(layer<Conv2D>(network, "conv2").weight.init, Initializer::glorot_uniform());
  EXPECT_EQ(layer<Conv2D>(network, "conv2").bias.init, Initializer::constant(0));
  EXPECT_EQ(layer<Normalize>(network, "normalize"), (Normalize{.name = "normalize", .scale = 1.0 / 255}));
}

}  // namespace
}  // namespace alexnet
