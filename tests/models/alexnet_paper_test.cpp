#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/models/models.h"

#include "golden.h"

namespace alexnet {
namespace {

TEST(AlexNetPaper, LayersAreGolden) {
  // Order: Krizhevsky 2012, sections 3.1 to 3.5; counts as for the original code's network.
  EXPECT_THAT(table_of(models::alexnet_paper()), ::testing::ElementsAreArray({
                                                     "normalize normalize 3x224x224",
                                                     "conv1 conv2d 96x55x55 34944 105415200",
                                                     "relu1 relu 96x55x55",
                                                     "lrn1 lrn 96x55x55",
                                                     "pool1 max_pool2d 96x27x27",
                                                     "conv2 conv2d 256x27x27 307456 223948800",
                                                     "relu2 relu 256x27x27",
                                                     "lrn2 lrn 256x27x27",
                                                     "pool2 max_pool2d 256x13x13",
                                                     "conv3 conv2d 384x13x13 885120 149520384",
                                                     "relu3 relu 384x13x13",
                                                     "conv4 conv2d 384x13x13 663936 112140288",
                                                     "relu4 relu 384x13x13",
                                                     "conv5 conv2d 256x13x13 442624 74760192",
                                                     "relu5 relu 256x13x13",
                                                     "pool5 max_pool2d 256x6x6",
                                                     "flatten flatten 9216",
                                                     "fc6 dense 4096 37752832 37748736",
                                                     "relu6 relu 4096",
                                                     "dropout6 dropout 4096",
                                                     "fc7 dense 4096 16781312 16777216",
                                                     "relu7 relu 4096",
                                                     "dropout7 dropout 4096",
                                                     "fc8 dense 1000 4097000 4096000",
                                                 }));
  EXPECT_EQ(models::alexnet_paper().parameter_count(), 60965224);
  EXPECT_EQ(models::alexnet_paper().macs(), 724406816);
}

// Krizhevsky 2012, section 3.3: k = 2, n = 5, alpha = 1e-4, beta = 0.75, no division, all kernels of the layer.
TEST(AlexNetPaper, NormalisesAsPrinted) {
  const Network network = models::alexnet_paper();
  const LRN& lrn = layer<LRN>(network, "lrn1");
  EXPECT_DOUBLE_EQ(lrn.coefficient(), 1e-4);
  EXPECT_EQ(lrn.groups, 1);
  EXPECT_EQ(lrn.k, 2);
  EXPECT_EQ(lrn.beta, 0.75);
}

// Krizhevsky 2012, section 5: deviation 0.01 everywhere; biases 1 in conv2, conv4, conv5 and the hidden dense layers;
// an equal learning rate for all layers.
TEST(AlexNetPaper, StartsAsThePaperSays) {
  const Network network = models::alexnet_paper();
  for (const ParameterSpec& spec : network.trainable()) {
    const bool weight = spec.name.ends_with(".weight");
    const bool ones = spec.name.starts_with("conv2") || spec.name.starts_with("conv4") ||
                      spec.name.starts_with("conv5") || spec.name.starts_with("fc6") || spec.name.starts_with("fc7");
    EXPECT_EQ(spec.options.init, weight ? Initializer::gaussian(0.01) : Initializer::constant(ones ? 1 : 0))
        << spec.name;
    EXPECT_EQ(spec.options.rate, 1) << spec.name;
  }
  EXPECT_EQ(layer<Dropout>(network, "dropout7"), (Dropout{.name = "dropout7", .rate = 0.5, .inverted = false}));
}

}  // namespace
}  // namespace alexnet
