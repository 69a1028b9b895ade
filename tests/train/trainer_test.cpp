#include "alexnet/train/trainer.h"

#include <cmath>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/backends/cpu_backend.h"
#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/formats/model_file.h"

#include "support/full_disk.h"
#include "support/temporary_folder.h"
#include "support/thrown.h"
#include "train/training.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing_support::argument;
using testing_support::FullDisk;
using testing_support::message_of;
using testing_support::TemporaryFolder;
using testing_support::thrown;
using testing_support::TinyDataset;
using testing_support::Training;

/// All events of one kind.
template <class Event>
std::vector<Event> only(const std::vector<TrainEvent>& events) {
  std::vector<Event> found;
  for (const TrainEvent& event : events) {
    if (const auto* e = std::get_if<Event>(&event)) {
      found.push_back(*e);
    }
  }
  return found;
}

TEST(Trainer, LearnsWhatIsEasy) {
  const TemporaryFolder folder;
  Training training;
  training.settings["epochs"] = "12";
  const TrainOutcome outcome = training.train_in(folder / "run");
  EXPECT_EQ(outcome.state, RunState::kDone);
  ASSERT_TRUE(outcome.result);
  EXPECT_GE(outcome.result->top1, 5.0 / 6);  // chance is 1/3
  EXPECT_LT(outcome.result->loss, 0.7);      // ln 3 = 1.0986
}

TEST(Trainer, FillsTheRunFolder) {
  const TemporaryFolder folder;
  Training training;
  const TrainOutcome outcome = training.train_in(folder / "run");
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder / "run")) {
    names.insert(entry.path().filename().string());
  }
  EXPECT_EQ(names, (std::set<std::string>{"events.out.tfevents.alexnet", "last.safetensors", "layers.csv",
                                          "metrics.csv", "model.safetensors", "predictions.csv", "recipe.toml",
                                          "run.json", "split.csv", "steps.csv", "wrong.csv"}));
  const RunFolder run = RunFolder::open(folder / "run");
  EXPECT_EQ(read_recipe(run.file("recipe.toml")).recipe, training.task().recipe.recipe);
  EXPECT_EQ(read_split(run.file("split.csv"), training.dataset).part, training.task().split.part);

  const RunDocument document = read_run_document(run);
  EXPECT_EQ(to_json(document), to_json(outcome.document));
  EXPECT_EQ(document.state, RunState::kDone);
  EXPECT_EQ(document.command_line, (std::vector<std::string>{"alexnet", "train", "tiny"}));
  EXPECT_EQ(document.data, "tiny");
  EXPECT_EQ(document.backend, "reference");
  EXPECT_EQ(document.photos[0] + document.photos[1] + document.photos[2], 36);
  EXPECT_EQ(document.step, 3 * ((document.photos[0] + 4) / 5));
  EXPECT_EQ(document.result->part, "test");
  EXPECT_EQ(document.result->count, document.photos[2]);

  const Model model = read_model(run.best_model());
  EXPECT_EQ(model.classes, training.dataset.classes());
  EXPECT_EQ(model.geometry.resize, 10);
  EXPECT_THAT(model.facts.at("training"), HasSubstr("\"epoch\":" + std::to_string(document.best->epoch)));
}

TEST(Trainer, WritesHowLongWeightsAndGradientsAre) {
  const TemporaryFolder folder;
  Training training;
  training.settings["accumulate"] = "2";
  training.train_in(folder / "run");
  const auto rows = RunFolder::open(folder / "run").layers();
  ASSERT_EQ(rows.size(), 4U * 4);  // epochs 0 to 3 of the layers that learn
  const std::vector<std::string> layers = {"conv1", "bn1", "fc2", "fc3"};
  const Weights last = read_checkpoint(folder / "run" / "last.safetensors").model.weights;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].epoch, static_cast<int>(i / 4));
    EXPECT_EQ(rows[i].layer, layers[i % 4]);
    EXPECT_GT(rows[i].weight_norm, 0);
    EXPECT_EQ(std::isnan(rows[i].gradient_norm), rows[i].epoch == 0);
    EXPECT_FALSE(rows[i].gradient_norm <= 0);
  }
  double squares = 0;
  for (const char* name : {"fc3.weight", "fc3.bias"}) {
    for (const float value : last.at(name).as<float>()) {
      squares += static_cast<double>(value) * static_cast<double>(value);
    }
  }
  EXPECT_DOUBLE_EQ(rows.back().weight_norm, std::sqrt(squares));
}

TEST(Trainer, WritesWhatTheLatestEvaluationHadWrong) {
  const TemporaryFolder folder;
  Training training;
  training.settings["epochs"] = "1";
  training.settings["rate"] = "1e-9";  // the network stays as it was: it has some wrong
  training.train_in(folder / "run");
  const RunFolder run = RunFolder::open(folder / "run");
  const auto wrong = read_predictions(run.file("wrong.csv"));
  const auto photos = static_cast<double>(read_run_document(run).photos[1]);
  ASSERT_FALSE(wrong.empty());
  EXPECT_NEAR(static_cast<double>(wrong.size()) / photos, 1 - run.epochs().back().val_top1, 1e-12);
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    EXPECT_EQ(wrong[i].part, "val");
    EXPECT_NE(wrong[i].label, wrong[i].predicted);
    EXPECT_TRUE(i == 0 || wrong[i].probability <= wrong[i - 1].probability);
  }
}

TEST(Trainer, TellsTheNumbersThatStandInTheFiles) {
  const TemporaryFolder folder;
  Training training;
  std::vector<TrainEvent> events;
  const TrainOutcome outcome =
      training.train_in(folder / "run", [&](const TrainEvent& event) { events.push_back(event); });
  const RunFolder run = RunFolder::open(folder / "run");

  ASSERT_TRUE(std::holds_alternative<TrainStarted>(events.front()));
  const auto& started = std::get<TrainStarted>(events.front());
  EXPECT_EQ(started.classes, training.dataset.classes());
  EXPECT_EQ(started.parameters, training.task().network.parameter_count());
  EXPECT_GT(started.memory_bytes, started.parameters * 4);
  EXPECT_EQ(started.epoch, 0);

  const auto told = only<EpochDone>(events);
  const auto rows = run.epochs();
  ASSERT_EQ(rows.size(), 4U);  // the untrained network, and three epochs
  ASSERT_EQ(told.size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].epoch, static_cast<int>(i));
    EXPECT_EQ(told[i].row.val_loss, rows[i].val_loss);
    EXPECT_EQ(told[i].row.val_top1, rows[i].val_top1);
    EXPECT_EQ(told[i].row.best, rows[i].best);
    EXPECT_EQ(std::isnan(rows[i].train_loss), i == 0);
  }
  EXPECT_NEAR(rows[0].val_loss, std::log(3.0), 0.5);

  const auto steps = only<StepDone>(events);
  ASSERT_EQ(steps.size(), run.steps().size());
  EXPECT_EQ(steps.back().loss, rows.back().train_loss);
  EXPECT_EQ(steps.back().top1, rows.back().train_top1);
  EXPECT_EQ(steps.back().step, steps.back().steps);
  EXPECT_TRUE(std::isnan(steps[3].run_seconds_left));
  EXPECT_GE(steps[4].run_seconds_left, steps[4].epoch_seconds_left);

  const auto finished = only<TrainFinished>(events).at(0);
  EXPECT_EQ(finished.result.top1, outcome.document.result->top1);
  EXPECT_EQ(finished.best.epoch, outcome.document.best->epoch);
}

TEST(Trainer, PredictionsAreTheBestModels) {
  const TemporaryFolder folder;
  Training training;
  const TrainOutcome outcome = training.train_in(folder / "run");
  std::ifstream in(folder / "run" / "predictions.csv");
  std::string line;
  std::getline(in, line);
  int photos[2] = {0, 0};
  int right[2] = {0, 0};
  while (std::getline(in, line)) {
    const bool test = line.find(",test,") != std::string::npos;
    ++photos[test ? 1 : 0];
    for (const std::string& name : training.dataset.classes()) {
      right[test ? 1 : 0] += line.find("," + name + "," + name + ",") != std::string::npos ? 1 : 0;
    }
  }
  EXPECT_EQ(photos[0], outcome.document.photos[1]);
  EXPECT_EQ(photos[1], outcome.document.photos[2]);
  EXPECT_DOUBLE_EQ(static_cast<double>(right[0]) / photos[0], outcome.document.best->val_top1);
  EXPECT_DOUBLE_EQ(static_cast<double>(right[1]) / photos[1], outcome.document.result->top1);
}

/// With everything that is drawn: cuts, mirrors, colour noise, dropout, order; and a mean image.
void expect_repeats(const std::shared_ptr<Backend>& backend) {
  const TemporaryFolder folder;
  Training training;
  training.backend = backend;
  training.network = testing_support::tiny_network_with_mean_image();
  training.settings["epochs"] = "10";  // of 5 steps
  training.settings["color_noise"] = "0.1";
  training.settings["color_noise_shrink"] = "true";
  training.settings["crop_share"] = "2";
  training.settings["loader_threads"] = "1";
  EXPECT_EQ(training.train_in(folder / "1").document.step, 50);
  training.settings["cache_mib"] = "0";
  for (const char* threads : {"2", "5"}) {
    training.settings["loader_threads"] = threads;
    training.train_in(folder / threads);
    for (const char* name : {"model.safetensors", "steps.csv", "predictions.csv", "split.csv"}) {
      EXPECT_EQ(read_text(folder / "1" / name), read_text(folder / threads / name)) << threads << " " << name;
    }
  }
  training.settings["seed"] = "4";
  training.train_in(folder / "other");
  EXPECT_NE(read_text(folder / "1" / "steps.csv"), read_text(folder / "other" / "steps.csv"));
}

TEST(Trainer, RepeatsWhateverTheLoaderThreads) {
  expect_repeats(make_reference_backend());
  expect_repeats(make_cpu_backend(2));
}

TEST(Trainer, TrainsHingeAndWritesAModelOfScores) {
  const TemporaryFolder folder;
  Training training;
  training.network = testing_support::tiny_network(3, OutputKind::kScores);
  training.settings["loss"] = "hinge";
  training.settings["rate"] = "0.01";
  const TrainOutcome outcome = training.train_in(folder / "run");
  EXPECT_EQ(outcome.result->output, OutputKind::kScores);
  EXPECT_EQ(read_model(folder / "run" / "model.safetensors").network.output(), OutputKind::kScores);
  const auto rows = RunFolder::open(folder / "run").epochs();
  EXPECT_LT(rows.back().train_loss, rows.front().val_loss);
}

TEST(Trainer, StartsFromGivenWeights) {
  const TemporaryFolder folder;
  Training training;
  training.train_in(folder / "first");
  TrainTask task = training.task();
  task.weights = read_model(folder / "first" / "model.safetensors").weights;
  RunFolder run = RunFolder::create_named(folder / "second");
  train(task, run, {}, training.stop);
  const RunDocument first = read_run_document(RunFolder::open(folder / "first"));
  EXPECT_EQ(run.epochs().front().val_loss, first.best->val_loss);
}

TEST(Trainer, LeavesOutUnreadablePhotosAndNamesEachOnce) {
  const TemporaryFolder folder;
  Training training{.dataset = TinyDataset(12, 3, {0, 1, 2, 3, 4, 5, 6, 7, 13})};
  std::multiset<std::string> told;
  const TrainOutcome outcome = training.train_in(folder / "run", [&](const TrainEvent& event) {
    if (const auto* skipped = std::get_if<PhotosSkipped>(&event)) {
      for (const BadPhoto& photo : skipped->photos) {
        told.insert(photo.path);
      }
    }
  });
  EXPECT_EQ(outcome.state, RunState::kDone);
  EXPECT_EQ(told.size(), 9U);
  EXPECT_EQ(told.count("class 0/0.png"), 1U);
}

TEST(Trainer, RefusesTooFewPhotosBeforeItWritesAnything) {
  const TemporaryFolder folder;
  Training training;
  training.settings["batch"] = "64";
  const auto error = thrown([&] { training.train_in(folder / "run"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kTooFewPhotos);
  EXPECT_THAT(argument(*error, "expected"), HasSubstr("64"));
  EXPECT_THAT(argument(*error, "got"), HasSubstr("24 photos"));
  EXPECT_TRUE(fs::is_empty(folder / "run"));

  training.settings["batch"] = "5";
  TrainTask task = training.task();
  std::replace(task.split.part.begin(), task.split.part.end(), Part::kVal, Part::kTest);
  EXPECT_EQ(message_of([&] { check_task(task); }), Message::kTooFewPhotos);
}

TEST(Trainer, RefusesANetworkThatDoesNotFit) {
  Training training;
  TrainTask task = training.task();
  task.network = testing_support::tiny_network(4);
  EXPECT_EQ(message_of([&] { check_task(task); }), Message::kClassCountDiffers);
  training.settings["loss"] = "hinge";
  EXPECT_EQ(message_of([&] { check_task(training.task()); }), Message::kOptionInvalid);
  training.settings["loss"] = "auto";
  training.settings["resize"] = "7";
  EXPECT_EQ(message_of([&] { check_task(training.task()); }), Message::kOptionInvalid);
}

TEST(Trainer, NamesTheStepWhereTheLossIsNoNumber) {
  const TemporaryFolder folder;
  Training training;
  training.settings["rate"] = "1e30";
  const auto error = thrown([&] { training.train_in(folder / "run"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kLossNotFinite);
  EXPECT_THAT(argument(*error, "where"), HasSubstr("epoch 1"));
  EXPECT_FALSE(argument(*error, "layer").empty());
  const RunFolder run = RunFolder::open(folder / "run");
  EXPECT_EQ(read_checkpoint(run.checkpoint()).step, 0);  // read_checkpoint checks that every weight is a number
  const RunDocument document = read_run_document(run);
  EXPECT_EQ(document.state, RunState::kFailed);
  EXPECT_EQ(document.error, error->what());
}

TEST(Trainer, KeepsWhatWasSavedWhenTheDiskIsFull) {
  const TemporaryFolder folder;
  Training training;
  std::optional<FullDisk> disk;
  const auto error = thrown([&] {
    training.train_in(folder / "run", [&](const TrainEvent& event) {
      const auto* done = std::get_if<EpochDone>(&event);
      if (done != nullptr && done->row.epoch == 1) {
        disk.emplace(4096);
      }
    });
  });
  disk.reset();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kDiskFull);
  EXPECT_EQ(argument(*error, "where"), (folder / "run" / "model.safetensors").string());
  EXPECT_EQ(read_run_document(RunFolder::open(folder / "run")).state, RunState::kFailed);

  training.resume_in(folder / "run");
  Training other;
  other.train_in(folder / "whole");
  EXPECT_EQ(read_text(folder / "run" / "model.safetensors"), read_text(folder / "whole" / "model.safetensors"));
}

}  // namespace
}  // namespace alexnet
