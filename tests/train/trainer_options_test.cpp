#include <cmath>

#include <gtest/gtest.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/data/loader.h"
#include "alexnet/formats/model_file.h"
#include "alexnet/train/trainer.h"

#include "support/temporary_folder.h"
#include "support/thrown.h"
#include "train/training.h"

namespace alexnet {
namespace {

using testing_support::message_of;
using testing_support::TemporaryFolder;
using testing_support::Training;

// What the keys of a recipe do to a training.

TEST(Trainer, LeavesFrozenLayersAndThoseOfRateZero) {
  const TemporaryFolder folder;
  Training training;
  training.settings["freeze"] = "conv1..bn1";
  training.settings["layer_rates"] = "fc2:0";
  training.train_in(folder / "run");
  const Weights before = initial_weights(training.network, 3);
  const Weights after = read_model(folder / "run" / "model.safetensors").weights;
  for (const char* name : {"conv1.weight", "bn1.bias", "bn1.running_var", "fc2.weight"}) {
    EXPECT_EQ(after.at(name), before.at(name)) << name;
  }
  EXPECT_FALSE(after.at("fc3.weight") == before.at("fc3.weight"));
}

TEST(Trainer, ChangesTheRatesOfLayersWithTheEpoch) {
  const TemporaryFolder folder;
  Training training;
  training.settings["epochs"] = "2";
  training.settings["layer_rates"] = "fc2:0@1";
  training.train_in(folder / "two");
  training.settings["epochs"] = "1";
  training.train_in(folder / "one");
  const Weights two = read_model(folder / "two" / "last.safetensors").weights;
  const Weights one = read_model(folder / "one" / "last.safetensors").weights;
  EXPECT_EQ(two.at("fc2.weight"), one.at("fc2.weight"));
  EXPECT_FALSE(two.at("fc3.weight") == one.at("fc3.weight"));
}

// Three classes of equal size; a network that gives each 1/3 has a loss of ln 3 whatever the labels' shares, and one
// that is sure of the right class is charged for the shares of the others.
TEST(Trainer, SmoothsLabels) {
  const TemporaryFolder folder;
  Training training;
  training.settings["epochs"] = "12";
  training.train_in(folder / "whole");
  training.settings["label_smoothing"] = "0.3";
  training.train_in(folder / "smooth");
  const auto whole = RunFolder::open(folder / "whole").epochs();
  const auto smooth = RunFolder::open(folder / "smooth").epochs();
  // At best -(0.8 ln 0.8 + 2 * 0.1 ln 0.1) = 0.639.
  EXPECT_GT(smooth.back().train_loss, 0.639);
  EXPECT_LT(whole.back().train_loss, smooth.back().train_loss);
}

TEST(Trainer, TakesAStepOfSeveralBatchesAsOneOfALargeBatch) {
  const TemporaryFolder folder;
  Training training;
  Network::Options options = training.network.options();
  std::erase_if(options.layers, [](const Layer& layer) { return std::holds_alternative<BatchNorm>(layer); });
  training.network = Network(std::move(options));
  training.settings["label_smoothing"] = "0.1";
  training.settings["batch"] = "10";
  training.train_in(folder / "whole");
  training.settings["batch"] = "5";
  training.settings["accumulate"] = "5";  // of 24 photos
  EXPECT_EQ(message_of([&] { check_task(training.task()); }), Message::kTooFewPhotos);
  training.settings["accumulate"] = "2";
  training.train_in(folder / "parts");
  const auto whole = RunFolder::open(folder / "whole").steps();
  const auto parts = RunFolder::open(folder / "parts").steps();
  ASSERT_EQ(parts.size(), 9U);
  ASSERT_EQ(parts.size(), whole.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    EXPECT_NEAR(parts[i].loss, whole[i].loss, 1e-5) << i;
    EXPECT_EQ(parts[i].top1, whole[i].top1) << i;
    EXPECT_EQ(parts[i].rate, whole[i].rate) << i;
  }
}

TEST(Trainer, EvaluatesAndSavesTheMovingAverage) {
  const TemporaryFolder folder;
  Training training;
  training.settings["epochs"] = "1";
  training.train_in(folder / "plain");
  training.settings["average"] = "0.9";
  const TrainOutcome outcome = training.train_in(folder / "run");
  const Checkpoint last = read_checkpoint(folder / "run" / "last.safetensors");
  const Weights& average = last.slots.at("average");
  const Weights model = read_model(folder / "run" / "model.safetensors").weights;
  for (const auto& [name, tensor] : last.model.weights) {
    EXPECT_EQ(model.at(name), average.contains(name) ? average.at(name) : tensor) << name;
  }
  EXPECT_NE(average.at("fc3.weight"), last.model.weights.at("fc3.weight"));
  // The weights themselves know nothing of their average.
  EXPECT_EQ(last.model.weights, read_checkpoint(folder / "plain" / "last.safetensors").model.weights);
  // What was said at the end is what the file does.
  Training again;
  TrainTask task = again.task();
  task.weights = model;
  RunFolder run = RunFolder::create_named(folder / "again");
  train(task, run, {}, again.stop);
  EXPECT_EQ(run.epochs().front().val_loss, outcome.document.best->val_loss);
}

/// What a network that knows the targets would lose in an epoch: the entropy of the shares.
double mean_entropy(const Training& training, double alpha, std::uint32_t epoch) {
  const TrainTask task = training.task();
  const Recipe& recipe = task.recipe.recipe;
  Loader loader(training.dataset, task.split.items(Part::kTrain),
                {.geometry = geometry_for(recipe, training.network),
                 .augmentation = {.mixup = alpha},
                 .batch = recipe.batch,
                 .shuffle = true,
                 .seed = recipe.seed});
  loader.start(epoch);
  double sum = 0;
  while (const LoadedBatch* loaded = loader.next()) {
    for (std::size_t row = 0; row < loaded->mixed.size(); ++row) {
      const double share = loaded->mixed[row].share;
      const bool one_class = share == 1 || loaded->mixed[row].other == loaded->batch.labels[row];
      sum -= one_class ? 0 : share * std::log(share) + (1 - share) * std::log(1 - share);
    }
  }
  return sum / static_cast<double>(loader.photos());
}

TEST(Trainer, MixesLabelsAsItMixesPhotos) {
  const TemporaryFolder folder;
  Training training;
  training.settings["epochs"] = "12";
  training.train_in(folder / "whole");
  training.settings["mixup"] = "1";
  training.train_in(folder / "mixed");
  const auto whole = RunFolder::open(folder / "whole").epochs();
  const auto mixed = RunFolder::open(folder / "mixed").epochs();
  const double least = mean_entropy(training, 1, 12);
  EXPECT_GT(least, 0.2);
  EXPECT_GT(mixed.back().train_loss, least);
  EXPECT_LT(whole.back().train_loss, least);
  EXPECT_GT(mixed.back().train_top1, 0.6);  // of the larger shares
}

TEST(Trainer, NeverAugmentsWhatItMeasuresOn) {
  const TemporaryFolder folder;
  Training training;
  training.settings["epochs"] = "1";
  training.train_in(folder / "plain");
  training.settings.insert({{"rotation", "30"},
                            {"brightness", "0.5"},
                            {"contrast", "0.5"},
                            {"saturation", "0.5"},
                            {"cutout", "0.5"},
                            {"mixup", "0.5"}});
  training.settings["crop"] = "random-resized";
  training.train_in(folder / "augmented");
  const auto plain = RunFolder::open(folder / "plain").epochs();
  const auto augmented = RunFolder::open(folder / "augmented").epochs();
  EXPECT_EQ(plain[0].val_loss, augmented[0].val_loss);  // of the same untrained network
  EXPECT_NE(plain[1].train_loss, augmented[1].train_loss);
}

TEST(Trainer, EndsWhenItsPatienceDoes) {
  const TemporaryFolder folder;
  Training training;
  training.settings["epochs"] = "200";
  training.settings["patience"] = "3";
  EXPECT_EQ(training.train_in(folder / "run").state, RunState::kDone);
  const auto rows = RunFolder::open(folder / "run").epochs();
  const RunDocument document = read_run_document(RunFolder::open(folder / "run"));
  EXPECT_LT(rows.back().epoch, 200);
  EXPECT_EQ(rows.back().epoch - document.best->epoch, 3);
}

TEST(Trainer, WeighsClasses) {
  const TemporaryFolder folder;
  Training training;
  training.train_in(folder / "alike");
  training.settings["class_weights"] = "balanced";
  training.train_in(folder / "balanced");
  // Classes of equal size weigh the same: nothing changes.
  EXPECT_EQ(read_text(folder / "alike" / "steps.csv"), read_text(folder / "balanced" / "steps.csv"));
}

}  // namespace
}  // namespace alexnet
