#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/models/models.h"

#include "golden.h"

namespace alexnet {
namespace {

TEST(Torchvision, LayersAreGolden) {
  // pytorch/vision, torchvision/models/alexnet.py; its published num_params is 61,100,840, its _ops 0.714 GMACs.
  EXPECT_THAT(table_of(models::torchvision()), ::testing::ElementsAreArray({
                                                   "normalize normalize 3x224x224",
                                                   "conv1 conv2d 64x55x55 23296 70276800",
                                                   "relu1 relu 64x55x55",
                                                   "pool1 max_pool2d 64x27x27",
                                                   "conv2 conv2d 192x27x27 307392 223948800",
                                                   "relu2 relu 192x27x27",
                                                   "pool2 max_pool2d 192x13x13",
                                                   "conv3 conv2d 384x13x13 663936 112140288",
                                                   "relu3 relu 384x13x13",
                                                   "conv4 conv2d 256x13x13 884992 149520384",
                                                   "relu4 relu 256x13x13",
                                                   "conv5 conv2d 256x13x13 590080 99680256",
                                                   "relu5 relu 256x13x13",
                                                   "pool5 max_pool2d 256x6x6",
                                                   "flatten flatten 9216",
                                                   "dropout6 dropout 9216",
                                                   "fc6 dense 4096 37752832 37748736",
                                                   "relu6 relu 4096",
                                                   "dropout7 dropout 4096",
                                                   "fc7 dense 4096 16781312 16777216",
                                                   "relu7 relu 4096",
                                                   "fc8 dense 1000 4097000 4096000",
                                               }));
  EXPECT_EQ(models::torchvision().parameter_count(), 61100840);
  EXPECT_EQ(models::torchvision().macs(), 714188480);
}

// The state dict of torchvision's class: positions in its two Sequential containers.
TEST(Torchvision, TensorNamesAreTorchvisions) {
  const Network network = models::torchvision();
  std::vector<std::string> names;
  for (const ParameterSpec& spec : network.parameters()) {
    names.push_back(network.tensor_name(spec.name));
  }
  EXPECT_THAT(names, ::testing::ElementsAreArray(
                         {"features.0.weight", "features.0.bias", "features.3.weight", "features.3.bias",
                          "features.6.weight", "features.6.bias", "features.8.weight", "features.8.bias",
                          "features.10.weight", "features.10.bias", "classifier.1.weight", "classifier.1.bias",
                          "classifier.4.weight", "classifier.4.bias", "classifier.6.weight", "classifier.6.bias"}));
}

// torchvision/references/classification/presets.py; torch.nn.Conv2d and Linear, reset_parameters.
TEST(Torchvision, PixelsAndStartArePyTorchs) {
  const Network network = models::torchvision();
  EXPECT_EQ(
      layer<Normalize>(network, "normalize"),
      (Normalize{
          .name = "normalize", .scale = 1.0 / 255, .mean = {0.485, 0.456, 0.406}, .deviation = {0.229, 0.224, 0.225}}));
  for (const ParameterSpec& spec : network.trainable()) {
    EXPECT_EQ(spec.options, ParameterOptions{Initializer::fan_in_uniform()}) << spec.name;
  }
  EXPECT_EQ(layer<Dropout>(network, "dropout6"), (Dropout{.name = "dropout6", .rate = 0.5, .inverted = true}));
}

}  // namespace
}  // namespace alexnet
