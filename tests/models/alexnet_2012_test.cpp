#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/models/models.h"

#include "golden.h"

namespace alexnet {
namespace {

TEST(AlexNet2012, LayersAreGolden) {
  // Order: AlexNet-Source-Code, layers/layers-145.cfg; counts: computed from it, 60,965,224 and 724,406,816 in all.
  EXPECT_THAT(table_of(models::alexnet_2012()), ::testing::ElementsAreArray({
                                                    "normalize normalize 3x224x224",
                                                    "conv1 conv2d 96x55x55 34944 105415200",
                                                    "lrn1 lrn 96x55x55",
                                                    "pool1 max_pool2d 96x27x27",
                                                    "relu1 relu 96x27x27",
                                                    "conv2 conv2d 256x27x27 307456 223948800",
                                                    "relu2 relu 256x27x27",
                                                    "lrn2 lrn 256x27x27",
                                                    "lrn2_map lrn 256x27x27",
                                                    "pool2 max_pool2d 256x13x13",
                                                    "conv3 conv2d 384x13x13 885120 149520384",
                                                    "relu3 relu 384x13x13",
                                                    "conv4 conv2d 384x13x13 663936 112140288",
                                                    "relu4 relu 384x13x13",
                                                    "conv5 conv2d 256x13x13 442624 74760192",
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
  EXPECT_EQ(models::alexnet_2012().parameter_count(), 60965224);
  EXPECT_EQ(models::alexnet_2012().trainable_count(), 60965224);
  EXPECT_EQ(models::alexnet_2012().macs(), 724406816);
}

// layers/layer-params-145.cfg (scale, minDiv) with layer.py, which divides the scale by the window's size.
TEST(AlexNet2012, NormalisesPerCardAndWithinMaps) {
  const Network network = models::alexnet_2012();
  for (const char* name : {"lrn1", "lrn2"}) {
    const LRN& lrn = layer<LRN>(network, name);
    EXPECT_EQ(lrn.span, LRN::Span::kAcross);
    EXPECT_EQ(lrn.size, 5);
    EXPECT_EQ(lrn.groups, 2);
    EXPECT_EQ(lrn.k, 2);
    EXPECT_EQ(lrn.beta, 0.75);
    EXPECT_DOUBLE_EQ(lrn.coefficient(), 2e-5);
  }
  const LRN& map = layer<LRN>(network, "lrn2_map");
  EXPECT_EQ(map.span, LRN::Span::kWithin);
  EXPECT_EQ(map.size, 5);
  EXPECT_EQ(map.k, 1);
  EXPECT_EQ(map.beta, 0.75);
  EXPECT_DOUBLE_EQ(map.coefficient(), 4e-5);
}

// layers-145.cfg (initW, initB); weights.cu: biases without decay, at twice the rate (epsB 0.02, epsW 0.01).
TEST(AlexNet2012, StartsAndLearnsAsTheCodeDoes) {
  const Network network = models::alexnet_2012();
  const auto expect = [](const ParameterOptions& weight, const ParameterOptions& bias, double sigma, double start) {
    EXPECT_EQ(weight, (ParameterOptions{Initializer::gaussian(sigma), 1, 1}));
    EXPECT_EQ(bias, (ParameterOptions{Initializer::constant(start), 2, 0}));
  };
  const double sigmas[] = {0.01, 0.01, 0.03, 0.03, 0.03};
  const double starts[] = {0, 1, 0, 1, 1};
  for (std::size_t i = 0; i < 5; ++i) {
    const Conv2D& conv = layer<Conv2D>(network, ("conv" + std::to_string(i + 1)).c_str());
    expect(conv.weight, conv.bias, sigmas[i], starts[i]);
  }
  for (const auto& [name, start] : {std::pair{"fc6", 1.0}, {"fc7", 1.0}, {"fc8", 0.0}}) {
    const Dense& dense = layer<Dense>(network, name);
    expect(dense.weight, dense.bias, 0.01, start);
  }
}

// convdata.py: the centre of a 256x256 mean image, 0..255, RGB; layer.cu: dropout halves at test time.
TEST(AlexNet2012, SubtractsAMeanImageAndHalvesAtTestTime) {
  const Network network = models::alexnet_2012();
  EXPECT_EQ(layer<Normalize>(network, "normalize"), (Normalize{.name = "normalize",
                                                               .scale = 1,
                                                               .mean_image = true,
                                                               .mean_height = 256,
                                                               .mean_width = 256,
                                                               .mean_at = Normalize::MeanAt::kCentre}));
  for (const char* name : {"dropout6", "dropout7"}) {
    EXPECT_EQ(layer<Dropout>(network, name), (Dropout{.name = name, .rate = 0.5, .inverted = false}));
  }
  for (const char* name : {"pool1", "pool2", "pool5"}) {
    EXPECT_EQ(layer<MaxPool2D>(network, name).rounding, PoolRounding::kUp);
  }
}

}  // namespace
}  // namespace alexnet
