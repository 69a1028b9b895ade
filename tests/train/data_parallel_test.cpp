// Several ranks that train one network: the same steps as one rank makes. Ranks are threads here.
#include "alexnet/train/data_parallel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/backends/cpu_backend.h"
#include "alexnet/core/error.h"
#include "alexnet/distributed/hybrid.h"
#include "alexnet/distributed/thread_group.h"
#include "alexnet/network/rewrites/hybrid.h"

#include "support/thrown.h"
#include "train/step_trainer.h"
#include "train/training.h"

namespace alexnet {
namespace {

using testing_support::message_of;
using testing_support::tiny_network;
using testing_support::Training;

/// Without batch normalisation: with dropout, LRN and photos that are cut at random.
Network network_without_statistics() {
  return Network({.name = "tiny without statistics",
                  .input = {3, 8, 8},
                  .layers = {Normalize{.name = "normalize"}, Conv2D{.name = "conv1", .filters = 4, .kernel = 3},
                             ReLU{.name = "relu1"}, LRN{.name = "lrn1"}, MaxPool2D{.name = "pool1"},
                             Flatten{.name = "flatten"}, Dense{.name = "fc2", .units = 8}, ReLU{.name = "relu2"},
                             Dropout{.name = "drop2", .rate = 0.25}, Dense{.name = "fc3", .units = 3}}});
}

/// What two epochs of steps leave.
struct Trained {
  Weights weights = {};
  std::vector<double> losses = {};
  std::vector<std::int64_t> rows = {};
  std::int64_t fewest_own = 0;  ///< photos of a step on this rank
  std::optional<double> hidden_share = {};
  std::int64_t sent_bytes = 0;
};

struct Setting {
  Precision precision = Precision::kF64;
  DataParallel parallel = {};
  HybridScheme scheme = HybridScheme::kAtOnce;  ///< with parallel.hybrid
};

/// What a test changes of the training of the tiny network.
using Change = std::function<void(Training&)>;

Trained train_steps(const Setting& setting, const Change& change = {}) {
  Training training;
  if (change) {
    change(training);
  }
  if (setting.parallel.hybrid) {
    training.backend = make_hybrid_backend(training.backend, setting.parallel.ranks, setting.scheme);
  }
  const TrainTask task = training.task();
  const Recipe& recipe = task.recipe.recipe;
  const Team team(setting.parallel.ranks);
  auto options = training_options_for(recipe, task.network, task.backend, 1, setting.parallel);
  options.precision = setting.precision;
  const auto type = setting.precision == Precision::kF64 ? ElementType::kF64 : ElementType::kF32;
  const auto parameters =
      training.backend->parameters(task.network, initial_weights(task.network, recipe.seed, type), setting.precision);
  const auto program = training.backend->compile(task.network, parameters, options);
  StepTrainer trainer(recipe, task.network, task.dataset, task.split, *program, setting.parallel);
  LoaderOptions loading;
  loading.geometry = geometry_for(recipe, task.network);
  loading.augmentation = augmentation_for(recipe, task.network);
  loading.batch = photos_per_step(recipe);
  loading.rank = team.rank();
  loading.ranks = team.size();
  loading.shuffle = true;
  loading.seed = recipe.seed;
  Loader loader(task.dataset, task.split.items(Part::kTrain), loading);
  Trained trained{.fewest_own = loading.batch};
  for (std::uint32_t epoch = 1; epoch <= 2; ++epoch) {
    loader.start(epoch);
    while (LoadedBatch* loaded = loader.next()) {
      trained.fewest_own = std::min<std::int64_t>(trained.fewest_own, loaded->batch.rows);
      const StepResult result = trainer.step(*loaded, 0.05);
      trained.losses.push_back(result.loss);
      trained.rows.push_back(result.rows);
    }
  }
  trained.sent_bytes = setting.parallel.ranks ? setting.parallel.ranks->traffic().sent_bytes : 0;
  trained.weights = parameters->read();
  trained.hidden_share = trainer.take_hidden_share();
  return trained;
}

/// The same on several ranks; each has its own backend.
std::vector<Trained> train_on(int ranks, const Setting& setting, const Change& change = {}) {
  std::vector<Trained> trained(static_cast<std::size_t>(ranks));
  ThreadGroup::run(ranks, [&](const std::shared_ptr<Communicator>& communicator) {
    Setting own = setting;
    own.parallel.ranks = communicator;
    trained[static_cast<std::size_t>(communicator->rank())] = train_steps(own, change);
  });
  return trained;
}

double largest_difference(const Weights& a, const Weights& b) {
  double largest = 0;
  for (const auto& [name, tensor] : a) {
    const Tensor x = tensor.converted(ElementType::kF64);
    const Tensor y = b.at(name).converted(ElementType::kF64);
    for (std::int64_t i = 0; i < x.size(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      largest = std::max(largest, std::abs(x.as<double>()[at] - y.as<double>()[at]));
    }
  }
  return largest;
}

void expect_near(const std::vector<double>& a, const std::vector<double>& b, double tolerance) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_NEAR(a[i], b[i], tolerance) << "step " << i;
  }
}

class DataParallelRanks : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(OneToFour, DataParallelRanks, testing::Values(1, 2, 3, 4));

// 24 photos in steps of 5: the last step of an epoch has 4, and of 4 ranks one never has a photo.
TEST_P(DataParallelRanks, MakeTheStepsOfOneRank) {
  for (const bool statistics : {false, true}) {
    const auto change = [&](Training& training) {
      training.network = statistics ? tiny_network() : network_without_statistics();
    };
    const Trained alone = train_steps({}, change);
    const auto trained = train_on(GetParam(), {}, change);
    constexpr std::array<std::int64_t, 4> kFewest = {4, 1, 0, 0};  // of 4 photos, in parts of 5, 3, 2 and 2
    EXPECT_EQ(trained.back().fewest_own, kFewest[static_cast<std::size_t>(GetParam() - 1)]);
    for (const Trained& rank : trained) {
      EXPECT_EQ(rank.rows, alone.rows);
      EXPECT_LE(largest_difference(rank.weights, alone.weights), 1e-12);
      EXPECT_EQ(rank.weights, trained.front().weights);  // to the bit
      expect_near(rank.losses, alone.losses, 1e-12);
    }
  }
}

TEST_P(DataParallelRanks, MakeThemInFloatOnTheCpuToo) {
  const auto change = [](Training& training) { training.backend = make_cpu_backend(1); };
  const Setting setting{.precision = Precision::kF32};
  const Trained alone = train_steps(setting, change);
  for (const Trained& rank : train_on(GetParam(), setting, change)) {
    EXPECT_LE(largest_difference(rank.weights, alone.weights), 1e-5);
    expect_near(rank.losses, alone.losses, 1e-5);
  }
}

// R ranks with 5 photos each, against one rank that adds up R small batches of 5: the last step of 24 photos leaves
// 4, or 9, photos for the ranks.
TEST_P(DataParallelRanks, EqualOneRankThatAccumulatesBitForBitWhenOrdered) {
  const int ranks = GetParam();
  for (const bool cpu : {false, true}) {
    for (const char* weights : {"none", "balanced"}) {
      const auto in_batches = [&](int batch, int accumulate) {
        return [&, batch, accumulate](Training& training) {
          training.backend = cpu ? make_cpu_backend(1) : training.backend;
          training.network = network_without_statistics();
          training.settings["batch"] = std::to_string(batch);
          training.settings["accumulate"] = std::to_string(accumulate);
          training.settings["class_weights"] = weights;
        };
      };
      Setting setting{.precision = Precision::kF32};
      const Trained alone = train_steps(setting, in_batches(5, ranks));
      setting.parallel.ordered = true;
      setting.parallel.bucket_bytes = 100;
      for (const Trained& rank : train_on(ranks, setting, in_batches(5 * ranks, 1))) {
        EXPECT_EQ(rank.weights, alone.weights);
        EXPECT_EQ(rank.losses, alone.losses);
      }
    }
  }
}

TEST_P(DataParallelRanks, AccumulateToo) {
  const auto in_batches = [](int batch, int accumulate) {
    return [=](Training& training) {
      training.settings["batch"] = std::to_string(batch);
      training.settings["accumulate"] = std::to_string(accumulate);
      training.network = network_without_statistics();
    };
  };
  const Trained alone = train_steps({}, in_batches(9, 1));
  for (const Trained& rank : train_on(GetParam(), {}, in_batches(3, 3))) {
    EXPECT_LE(largest_difference(rank.weights, alone.weights), 1e-12);
    expect_near(rank.losses, alone.losses, 1e-12);
  }
}

// Small batches of a step: photos of one rank do not follow those of the rank before.
TEST(HybridRanks, MakeTheStepsOfOneRankInSmallBatchesToo) {
  for (const int ranks : {2, 4}) {
    const auto in_batches = [](int batch, int accumulate) {
      return [=](Training& training) {
        training.settings["batch"] = std::to_string(batch);
        training.settings["accumulate"] = std::to_string(accumulate);
        training.settings["class_weights"] = "balanced";
        training.network = network_without_statistics();
      };
    };
    const Trained alone = train_steps({}, in_batches(9, 1));
    for (const HybridScheme scheme : {HybridScheme::kAtOnce, HybridScheme::kInTurn}) {
      for (const Trained& rank : train_on(ranks, {.parallel = {.hybrid = true}, .scheme = scheme}, in_batches(3, 3))) {
        EXPECT_EQ(rank.rows, alone.rows);
        EXPECT_LE(largest_difference(rank.weights, alone.weights), 1e-12);
        expect_near(rank.losses, alone.losses, 1e-12);
      }
    }
  }
}

// What both of two ranks send: activations, the gradients of what is not shared, and what each step agrees on.
TEST(HybridRanks, SendWhatIsComputed) {
  const Network network = network_without_statistics();
  const auto change = [&](Training& training) { training.network = network; };
  const Setting setting{.precision = Precision::kF32, .parallel = {.hybrid = true}};
  const Setting data{.precision = Precision::kF32};
  const Trained hybrid = train_on(2, setting, change).front();
  const Trained by_photos = train_on(2, data, change).front();
  std::int64_t activations = 0;
  for (const std::int64_t rows : hybrid.rows) {
    const std::vector<std::int64_t> of_ranks{std::min<std::int64_t>(3, rows), rows - std::min<std::int64_t>(3, rows)};
    activations += hybrid_activations_sent(network, 0, of_ranks) * 4 + 16;
  }
  // Of R = 2 ranks each sends as many numbers as are summed.
  const std::int64_t shared = network.trainable_count() - hybrid_summed_parameters(network);
  const auto steps = static_cast<std::int64_t>(hybrid.rows.size());
  const std::int64_t layouts = 2 * 2 * 8;  // of two parameters that are not summed: their order is not compared
  EXPECT_EQ(hybrid.sent_bytes - by_photos.sent_bytes, activations - shared * 4 * steps - layouts);
}

TEST(DataParallel, BucketsOfAnySizeGiveTheSame) {
  const Weights expected = train_on(2, {}).front().weights;
  for (const std::int64_t bytes : {8, 64, 1000}) {
    EXPECT_EQ(train_on(2, {.parallel = {.bucket_bytes = bytes}}).front().weights, expected) << bytes;
  }
}

TEST(DataParallel, HalvesTheBytesWithBfloat16) {
  const Setting plain{.precision = Precision::kF32};
  const Trained exact = train_on(2, plain).front();
  const Trained rounded = train_on(2, {.precision = Precision::kF32, .parallel = {.bf16 = true}}).front();
  EXPECT_LE(largest_difference(rounded.weights, exact.weights), 0.01);
  EXPECT_GT(largest_difference(rounded.weights, exact.weights), 0);
  // Beside the gradients cross what steps have, and means and variances.
  const auto steps = static_cast<std::int64_t>(exact.losses.size());
  EXPECT_EQ(exact.sent_bytes - rounded.sent_bytes, tiny_network().trainable_count() * 2 * steps);
  ASSERT_TRUE(exact.hidden_share.has_value());
  EXPECT_GE(*exact.hidden_share, 0);
  EXPECT_LE(*exact.hidden_share, 1);
}

TEST(DataParallel, RanksMayKeepTheirOwnStatistics) {
  const Weights shared = train_on(2, {}).front().weights;
  const auto own = train_on(2, {.parallel = {.share_statistics = false}});
  EXPECT_GT(largest_difference(own.front().weights, shared), 1e-6);
  EXPECT_NE(own.front().weights.at("bn1.running_mean"), own.back().weights.at("bn1.running_mean"));
  EXPECT_EQ(own.front().weights.at("conv1.weight"), own.back().weights.at("conv1.weight"));
}

/// A program that shows its gradients as if rank 1's processor kept them in another order: mirrored.
class MirroredExchange {
 public:
  static void add(std::vector<double>& values, const std::shared_ptr<Communicator>& ranks) {
    GradientExchange exchange({.ranks = ranks});
    const bool mirrored = ranks->rank() == 1;
    const auto turn = [mirrored](std::vector<double> list) {
      if (mirrored) {
        std::ranges::reverse(list);
      }
      return list;
    };
    GradientView view;
    view.values64 = values;
    view.layout = mirrored ? 7 : 0;
    const Shape shape = {static_cast<std::int64_t>(values.size())};
    view.logical = [&, shape] { return Tensor::of<double>(shape, turn(values)); };
    view.assign = [&](const Tensor& sum) {
      const auto list = sum.as<double>();
      values = turn({list.begin(), list.end()});
    };
    for (int step = 0; step < 2; ++step) {
      exchange.see(view);
      exchange.finish();
    }
  }
};

TEST(DataParallel, RanksWhoseProcessorsKeepAnotherOrderSumInLogicalOrder) {
  std::vector<std::vector<double>> values = {{1, 2, 3}, {30, 20, 10}};  // the second one mirrored
  ThreadGroup::run(2, [&](const std::shared_ptr<Communicator>& ranks) {
    MirroredExchange::add(values[static_cast<std::size_t>(ranks->rank())], ranks);
  });
  EXPECT_THAT(values[0], testing::ElementsAre(22, 44, 66));  // summed twice
  EXPECT_THAT(values[1], testing::ElementsAre(66, 44, 22));
}

TEST(DataParallel, RefusesAnOrderForRoundedSums) {
  EXPECT_EQ(message_of([] { check_data_parallel({.ordered = true, .bf16 = true}); }), Message::kOptionInvalid);
}

}  // namespace
}  // namespace alexnet
