// A training over a backend in towers is a training.
#include "alexnet/distributed/towers.h"

#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "alexnet/core/files.h"
#include "alexnet/distributed/thread_group.h"
#include "alexnet/formats/tower_files.h"

#include "support/temporary_folder.h"
#include "train/training.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;
using testing_support::TemporaryFolder;
using testing_support::Training;

Network tiny_grouped() {
  return Network(
      {.name = "tiny grouped",
       .input = {3, 8, 8},
       .layers = {Normalize{.name = "normalize"}, Conv2D{.name = "conv1", .filters = 4, .kernel = 3},
                  ReLU{.name = "relu1"}, MaxPool2D{.name = "pool1"},
                  Conv2D{.name = "conv2", .filters = 6, .kernel = 3, .padding = Padding::all(1), .groups = 2},
                  BatchNorm{.name = "bn2", .momentum = 0.8}, ReLU{.name = "relu2"}, Flatten{.name = "flatten"},
                  Dense{.name = "fc3", .units = 10}, ReLU{.name = "relu3"}, Dropout{.name = "drop3", .rate = 0.25},
                  Dense{.name = "fc4", .units = 3}}});
}

struct TowerTraining : Training {
  TowerTraining() { network = tiny_grouped(); }

  /// Rank 0 works over a backend of two towers that the other serves.
  void in_towers(const std::function<void(const Backend&)>& work) const {
    ThreadGroup::run(2, [&](const std::shared_ptr<Communicator>& communicator) {
      if (communicator->rank() == 0) {
        work(*make_tower_backend(backend, communicator));
      } else {
        serve_tower([](std::string_view) { return make_reference_backend(); }, communicator);
      }
    });
  }

  void train_in_towers(const fs::path& folder, const TrainListener& listener = {}) {
    in_towers([&](const Backend& towers) {
      const TrainTask whole = task();
      const TrainTask own{.backend = towers,
                          .dataset = whole.dataset,
                          .network = whole.network,
                          .split = whole.split,
                          .content_hashes = whole.content_hashes,
                          .recipe = whole.recipe,
                          .data = whole.data,
                          .command_line = whole.command_line,
                          .towers = 2};
      RunFolder run = RunFolder::create_named(folder);
      static_cast<void>(train(own, run, listener, stop));
    });
  }

  void resume_in_towers(const fs::path& folder) {
    in_towers([&](const Backend& towers) {
      RunFolder run = RunFolder::open(folder);
      static_cast<void>(resume({.backend = towers,
                                .dataset = dataset,
                                .content_hashes = content_hashes(dataset, 1),
                                .command_line = {"alexnet", "train", "--resume"},
                                .towers = 2},
                               run, {}, stop));
    });
  }

  [[nodiscard]] TrainListener stop_after_step(std::int64_t step) {
    return [this, step](const TrainEvent& event) {
      const auto* done = std::get_if<StepDone>(&event);
      if (done != nullptr && done->total_step == step) {
        stop = 15;
      }
    };
  }
};

void expect_near_runs(const fs::path& a, const fs::path& b) {
  const auto steps_a = RunFolder::open(a).steps();
  const auto steps_b = RunFolder::open(b).steps();
  ASSERT_EQ(steps_a.size(), steps_b.size());
  for (std::size_t i = 0; i < steps_a.size(); ++i) {
    EXPECT_NEAR(steps_a[i].loss, steps_b[i].loss, 1e-5 * steps_a[i].loss);
  }
  const auto epochs_a = RunFolder::open(a).epochs();
  const auto epochs_b = RunFolder::open(b).epochs();
  ASSERT_EQ(epochs_a.size(), epochs_b.size());
  for (std::size_t i = 0; i < epochs_a.size(); ++i) {
    EXPECT_NEAR(epochs_a[i].val_loss, epochs_b[i].val_loss, 1e-5);
    EXPECT_EQ(epochs_a[i].val_top1, epochs_b[i].val_top1);
  }
}

TEST(TrainTowers, GivesTheRunOfOneProcess) {
  const TemporaryFolder folder;
  TowerTraining training;
  training.train_in(folder / "whole");
  training.train_in_towers(folder / "towers");
  expect_near_runs(folder / "whole", folder / "towers");
  const Model best = read_model(folder / "towers" / "model.safetensors");
  EXPECT_TRUE(best.network == tiny_grouped());
  EXPECT_EQ(best.facts.count("calibration"),
            read_model(folder / "whole" / "model.safetensors").facts.count("calibration"));
  EXPECT_TRUE(fs::exists(folder / "towers" / "predictions.csv"));
  EXPECT_FALSE(fs::exists(folder / "towers" / "last.safetensors"));
  EXPECT_TRUE(fs::exists(folder / "towers" / "last.0.safetensors"));
  EXPECT_TRUE(fs::exists(folder / "towers" / "last.1.safetensors"));
}

TEST(TrainTowers, ResumedEndAsIfNeverStopped) {
  const TemporaryFolder folder;
  TowerTraining training;
  training.train_in_towers(folder / "whole");
  training.train_in_towers(folder / "stopped", training.stop_after_step(7));
  EXPECT_LT(RunFolder::open(folder / "stopped").steps().size(), RunFolder::open(folder / "whole").steps().size());
  training.stop = 0;
  training.resume_in_towers(folder / "stopped");
  for (const char* file : {"model.safetensors", "steps.csv", "predictions.csv"}) {
    EXPECT_EQ(read_text(folder / "whole" / file), read_text(folder / "stopped" / file)) << file;
  }
  const Checkpoint a = read_last_checkpoint(RunFolder::open(folder / "whole"));
  const Checkpoint b = read_last_checkpoint(RunFolder::open(folder / "stopped"));
  EXPECT_EQ(a.model.weights, b.model.weights);
  EXPECT_EQ(a.slots, b.slots);
}

TEST(TrainTowers, GoOnInOneProcessAndBack) {
  const TemporaryFolder folder;
  TowerTraining training;
  training.train_in(folder / "whole");
  training.train_in_towers(folder / "run", training.stop_after_step(3));
  training.stop = 0;
  static_cast<void>(training.resume_in(folder / "run", training.stop_after_step(8)));
  EXPECT_TRUE(fs::exists(folder / "run" / "last.safetensors"));
  EXPECT_FALSE(fs::exists(folder / "run" / "last.0.safetensors"));
  training.stop = 0;
  training.resume_in_towers(folder / "run");
  EXPECT_TRUE(fs::exists(folder / "run" / "last.1.safetensors"));
  expect_near_runs(folder / "whole", folder / "run");
}

}  // namespace
}  // namespace alexnet
