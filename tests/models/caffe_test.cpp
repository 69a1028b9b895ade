#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/models/models.h"

#include "golden.h"

// Source: BVLC/caffe, models/bvlc_alexnet/train_val.prototxt and models/bvlc_reference_caffenet/train_val.prototxt.
namespace alexnet {
namespace {

TEST(CaffeAlexNet, LayersAreGolden) {
  const Network network = models::caffe_alexnet();
  EXPECT_THAT(table_of(network), ::testing::ElementsAreArray({
                                     "normalize normalize 3x227x227",
                                     "conv1 conv2d 96x55x55 34944 105415200",
                                     "relu1 relu 96x55x55",
                                     "norm1 lrn 96x55x55",
                                     "pool1 max_pool2d 96x27x27",
                                     "conv2 conv2d 256x27x27 307456 223948800",
                                     "relu2 relu 256x27x27",
                                     "norm2 lrn 256x27x27",
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
                                     "drop6 dropout 4096",
                                     "fc7 dense 4096 16781312 16777216",
                                     "relu7 relu 4096",
                                     "drop7 dropout 4096",
                                     "fc8 dense 1000 4097000 4096000",
                                 }));
  EXPECT_EQ(network.parameter_count(), 60965224);
  EXPECT_EQ(network.macs(), 724406816);
}

TEST(CaffeNet, HasItsPoolsInFrontOfTheNormalisation) {
  const Network network = models::caffenet();
  for (const auto& [pool, norm, conv] :
       {std::tuple{"pool1", "norm1", "conv2"}, std::tuple{"pool2", "norm2", "conv3"}}) {
    EXPECT_EQ(network.index_of(norm), network.index_of(pool) + 1);
    EXPECT_EQ(network.index_of(conv), network.index_of(norm) + 1);
  }
  EXPECT_EQ(to_string(network.facts(network.index_of("norm1")).output), "96x27x27");
  EXPECT_EQ(to_string(network.facts(network.index_of("norm2")).output), "256x13x13");
  EXPECT_EQ(network.parameter_count(), 60965224);
  EXPECT_EQ(network.macs(), 724406816);
}

TEST(Caffe, NormalisesAcrossAllChannelsWithAConstantOfOne) {
  for (const Network& network : {models::caffe_alexnet(), models::caffenet()}) {
    for (const char* name : {"norm1", "norm2"}) {
      const LRN& lrn = layer<LRN>(network, name);
      EXPECT_EQ(lrn.groups, 1);
      EXPECT_EQ(lrn.k, 1);
      EXPECT_EQ(lrn.beta, 0.75);
      EXPECT_DOUBLE_EQ(lrn.coefficient(), 2e-5);
    }
  }
}

// weight_filler and bias_filler; lr_mult 2 and decay_mult 0 of the biases.
TEST(Caffe, StartsAsItsFilesSay) {
  const double hidden[] = {0.1, 1};
  int i = 0;
  for (const Network& network : {models::caffe_alexnet(), models::caffenet()}) {
    for (const ParameterSpec& spec : network.trainable()) {
      const bool is_hidden_dense = spec.name.starts_with("fc6") || spec.name.starts_with("fc7");
      const bool zero =
          spec.name.starts_with("conv1") || spec.name.starts_with("conv3") || spec.name.starts_with("fc8");
      if (spec.name.ends_with(".weight")) {
        EXPECT_EQ(spec.options.init, Initializer::gaussian(is_hidden_dense ? 0.005 : 0.01)) << spec.name;
        EXPECT_EQ(spec.options.rate, 1);
        EXPECT_EQ(spec.options.decay, 1);
      } else {
        EXPECT_EQ(spec.options.init, Initializer::constant(zero ? 0 : hidden[i])) << spec.name;
        EXPECT_EQ(spec.options.rate, 2);
        EXPECT_EQ(spec.options.decay, 0);
      }
    }
    ++i;
  }
}

// data_transformer.cpp: blue first, 0 to 255, the mean image cut where the photo is.
TEST(Caffe, ReadsBlueFirstAndSubtractsTheMeanAtTheCrop) {
  for (const Network& network : {models::caffe_alexnet(), models::caffenet()}) {
    const Normalize& normalize = layer<Normalize>(network, "normalize");
    EXPECT_EQ(normalize.order, Normalize::Order::kBGR);
    EXPECT_EQ(normalize.scale, 1);
    EXPECT_EQ(normalize.mean_at, Normalize::MeanAt::kCrop);
    EXPECT_EQ(normalize.mean_height, 256);
  }
}

}  // namespace
}  // namespace alexnet
