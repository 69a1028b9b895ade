// Features of AlexNet as trained on ImageNet by Caffe, on the 17 flowers: slow, and only where ALEXNET_DATA has both.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <span>

#include <gtest/gtest.h>

#include "alexnet/data/known_sets.h"
#include "alexnet/data/loader.h"
#include "alexnet/data/split.h"
#include "alexnet/formats/model_file.h"
#include "alexnet/infer/evaluation.h"
#include "alexnet/models/models.h"
#include "alexnet/registry/registry.h"

#include "support/temporary_folder.h"

namespace alexnet {
namespace {

constexpr int kFlowers = 17;
constexpr int kCells = 6;  // of a side of the pooled maps

/// caffe-alexnet up to the ReLU behind a convolution, its maps averaged in cells, as scores.
Network features_behind(const std::string& relu) {
  Network::Options options = models::caffe_alexnet().options();
  const Network whole(options);
  const std::size_t last = whole.index_of(relu);
  options.layers.resize(last + 1);
  const int stride = static_cast<int>(whole.facts(last).output[1]) / kCells;
  const int window = static_cast<int>(whole.facts(last).output[1]) - (kCells - 1) * stride;
  options.layers.push_back(AvgPool2D{.name = "cells", .window = window, .stride = stride});
  options.layers.push_back(Flatten{.name = "flatten"});
  return Network(options);
}

/// A row of features for each photo, in order.
struct Features {
  Tensor values;
  std::vector<std::int32_t> labels;
};

Features features_of(const Network& network, const Weights& weights, const Dataset& dataset,
                     const std::vector<std::size_t>& items) {
  const auto backend = make_backend("cpu");
  const auto program = backend->compile(network, backend->parameters(network, weights), {.batch = 32});
  Loader loader(dataset, items, {.geometry = {.resize = 256, .width = 227, .height = 227}, .batch = 32, .threads = 2});
  loader.start(0);
  const auto width = network.facts(network.layers().size() - 1).output[0];
  Features features{Tensor(ElementType::kF32, {static_cast<std::int64_t>(items.size()), width}), {}};
  float* to = features.values.as<float>().data();
  for (const LoadedBatch* loaded = loader.next(); loaded != nullptr; loaded = loader.next()) {
    const Tensor& scores = program->infer(loaded->batch);
    to = std::copy_n(scores.as<float>().data(), loaded->batch.rows * width, to);
    features.labels.insert(features.labels.end(), loaded->batch.labels.begin(), loaded->batch.labels.end());
  }
  return features;
}

Batch batch_of(const Features& features) {
  Batch batch;
  batch.input = features.values;
  batch.rows = static_cast<int>(features.labels.size());
  batch.labels = features.labels;
  return batch;
}

/// Share of the test photos that a linear classifier, trained on the features of the others, names right.
double linear_top1(const Features& train, const Features& test) {
  const std::int64_t width = train.values.shape()[1];
  const Network network({.name = "linear",
                         .input = {width},
                         .layers = {BatchNorm{.name = "scale", .momentum = 0.9, .epsilon = 1e-3},
                                    Dense{.name = "fc", .units = kFlowers}}});
  const auto backend = make_backend("cpu");
  const auto parameters = backend->parameters(network, initial_weights(network, 1));
  const auto trainer = backend->compile(network, parameters,
                                        {.batch = static_cast<int>(train.labels.size()),
                                         .statistics = Statistics::kTraining,
                                         .backward = Backward::kAll,
                                         .update = Adam{.decay = 1e-2}});
  const Batch batch = batch_of(train);
  const double rate = 1e-3;
  for (int step = 0; step < 60; ++step) {
    (void)trainer->train(batch, {.rates = std::span(&rate, 1)});
  }
  const auto judge_program = backend->compile(network, parameters, {.batch = static_cast<int>(test.labels.size())});
  const Tensor& scores = judge_program->infer(batch_of(test));
  int right = 0;
  for (std::size_t i = 0; i < test.labels.size(); ++i) {
    const auto verdict = judge(row_of(scores, static_cast<int>(i)), test.labels[i], OutputKind::kProbabilities);
    right += verdict.predicted == test.labels[i] ? 1 : 0;
  }
  return static_cast<double>(right) / static_cast<double>(test.labels.size());
}

class Pretrained : public testing::Test {
 protected:
  void SetUp() override {
    const char* data = std::getenv("ALEXNET_DATA");
    const std::filesystem::path folder = data == nullptr ? "" : data;
    weights_ = folder / "bvlc-alexnet-conv.safetensors";
    if (data == nullptr || !std::filesystem::exists(weights_) || !std::filesystem::exists(folder / "17flowers.tgz")) {
      GTEST_SKIP() << "ALEXNET_DATA names no folder with bvlc-alexnet-conv.safetensors and 17flowers.tgz";
    }
  }
  std::filesystem::path weights_;
};

TEST_F(Pretrained, FillTheConvolutionsOfCaffeAlexNet) {
  const FittingWeights fitting = read_fitting_weights(weights_, models::caffe_alexnet());
  EXPECT_EQ(fitting.weights.size(), 11U);  // five convolutions, each with a bias, and the mean image
  EXPECT_TRUE(fitting.left_out.empty());
  EXPECT_EQ(fitting.anew,
            (std::vector<std::string>{"fc6.weight", "fc6.bias", "fc7.weight", "fc7.bias", "fc8.weight", "fc8.bias"}));
}

// The deeper the layer, the better its features tell flowers apart; random weights reach 63 to 67 %.
TEST_F(Pretrained, FeaturesTellFlowersApartTheBetterTheDeeper) {
  const testing_support::TemporaryFolder home;
  ::setenv("ALEXNET_HOME", home.path().c_str(), 1);
  const auto folder = fetch(known_set("flowers17"));
  const auto dataset = open_dataset(folder.string());
  const Split split = make_split(*dataset, content_hashes(*dataset, 2), {});
  std::map<std::string, double> top1;
  for (const char* relu : {"relu1", "relu3", "relu5"}) {
    const Network network = features_behind(relu);
    Weights weights = initial_weights(network, 1);
    for (auto& [name, tensor] : read_fitting_weights(weights_, network).weights) {
      weights.insert_or_assign(name, std::move(tensor));
    }
    top1[relu] = linear_top1(features_of(network, weights, *dataset, split.items(Part::kTrain)),
                             features_of(network, weights, *dataset, split.items(Part::kTest)));
    std::cout << relu << ": " << 100 * top1[relu] << " %\n";
  }
  EXPECT_GT(top1["relu1"], 0.5);
  EXPECT_GT(top1["relu3"], top1["relu1"]);
  EXPECT_GT(top1["relu5"], 0.8);
}

}  // namespace
}  // namespace alexnet
