#include <cmath>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "alexnet/backends/cpu_backend.h"
#include "alexnet/backends/reference_backend.h"
#include "alexnet/core/error.h"

#include "support/thrown.h"

namespace alexnet {
namespace {

Network network() {
  return Network({.name = "frozen",
                  .input = {2, 6, 6},
                  .layers = {Conv2D{.name = "conv1", .filters = 4, .kernel = 3}, BatchNorm{.name = "bn1"},
                             ReLU{.name = "relu1"}, Flatten{.name = "flatten"}, Dense{.name = "fc2", .units = 5},
                             Dropout{.name = "drop2"}, Dense{.name = "fc3", .units = 3}}});
}

Batch batch() {
  Batch made;
  made.input = Tensor(ElementType::kF32, {4, 2, 6, 6});
  float value = 0;
  for (float& x : made.input.as<float>()) {
    x = std::sin(value += 1.7F);
  }
  made.rows = 4;
  made.labels = {0, 1, 2, 1};
  return made;
}

struct Trained {
  Weights weights;
  std::map<std::string, Tensor> gradients;
};

/// One step on a backend.
Trained train(const Backend& backend, const std::vector<std::string>& frozen, Statistics statistics,
              const Network& net = network()) {
  const auto parameters = backend.parameters(net, initial_weights(net, 2));
  const auto program = backend.compile(
      net, parameters,
      {.batch = 4, .statistics = statistics, .backward = Backward::kAll, .update = Sgd{}, .frozen = frozen, .seed = 7});
  Trained trained;
  const double rate = 0.1;
  (void)program->train(batch(), {.rates = std::span(&rate, 1), .observer = [&](const GradientView& view) {
                                   trained.gradients.emplace(*view.name, view.logical());
                                 }});
  trained.weights = parameters->read();
  return trained;
}

class Frozen : public testing::TestWithParam<const char*> {
 protected:
  std::shared_ptr<Backend> backend_ = std::string(GetParam()) == "cpu" ? make_cpu_backend(2) : make_reference_backend();
};

TEST_P(Frozen, LayersStayAsTheyAre) {
  const Weights before = initial_weights(network(), 2);
  const Trained trained = train(*backend_, {"conv1", "bn1"}, Statistics::kTraining);
  for (const char* name :
       {"conv1.weight", "conv1.bias", "bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var"}) {
    EXPECT_EQ(trained.weights.at(name), before.at(name)) << name;
    EXPECT_FALSE(trained.gradients.contains(name)) << name;
  }
  for (const char* name : {"fc2.weight", "fc3.bias"}) {
    EXPECT_FALSE(trained.weights.at(name) == before.at(name)) << name;
    EXPECT_TRUE(trained.gradients.contains(name)) << name;
  }
}

// With frozen batch normalisation and dropout nothing is drawn and nothing goes by the batch: inference statistics.
TEST_P(Frozen, LayersGoByTheStatisticsOfInference) {
  const Trained frozen = train(*backend_, {"conv1", "bn1", "drop2"}, Statistics::kTraining);
  const Trained inference = train(*backend_, {}, Statistics::kInference);
  for (const char* name : {"fc2.weight", "fc3.weight"}) {
    EXPECT_EQ(frozen.gradients.at(name), inference.gradients.at(name)) << name;
  }
}

TEST_P(Frozen, LayersLetGradientsThrough) {
  const Trained frozen = train(*backend_, {"fc2", "drop2"}, Statistics::kInference);
  const Trained whole = train(*backend_, {}, Statistics::kInference);
  EXPECT_EQ(frozen.gradients.at("conv1.weight"), whole.gradients.at("conv1.weight"));
  EXPECT_FALSE(frozen.gradients.contains("fc2.weight"));
}

// The cpu backend keeps values in another order for a wide convolution: nothing goes back through that reordering.
TEST_P(Frozen, AConvolutionBehindFrozenOnesLearnsAsBefore) {
  const Network two({.name = "two",
                     .input = {2, 6, 6},
                     .layers = {Conv2D{.name = "conv1", .filters = 6, .kernel = 3}, ReLU{.name = "relu1"},
                                Conv2D{.name = "conv2", .filters = 16, .kernel = 3}, ReLU{.name = "relu2"},
                                Flatten{.name = "flatten"}, Dense{.name = "fc3", .units = 3}}});
  const Trained frozen = train(*backend_, {"conv1"}, Statistics::kTraining, two);
  const Trained whole = train(*backend_, {}, Statistics::kTraining, two);
  EXPECT_EQ(frozen.gradients.at("conv2.weight"), whole.gradients.at("conv2.weight"));
  EXPECT_EQ(frozen.weights.at("conv1.weight"), initial_weights(two, 2).at("conv1.weight"));
}

TEST_P(Frozen, UnknownLayersAreNamed) {
  EXPECT_EQ(testing_support::message_of([&] { (void)train(*backend_, {"conv9"}, Statistics::kTraining); }),
            Message::kLayerUnknown);
}

INSTANTIATE_TEST_SUITE_P(Backends, Frozen, testing::Values("reference", "cpu"),
                         [](const auto& instance) { return std::string(instance.param); });

}  // namespace
}  // namespace alexnet
