#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alexnet/backends/cpu_backend.h"
#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/data/disk_cache.h"
#include "alexnet/formats/model_file.h"
#include "alexnet/train/trainer.h"

#include "support/event_reader.h"
#include "support/temporary_folder.h"
#include "support/thrown.h"
#include "train/training.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing_support::argument;
using testing_support::EventReader;
using testing_support::message_of;
using testing_support::TemporaryFolder;
using testing_support::thrown;
using testing_support::Training;

/// Whether an event is the one at which a training is stopped or killed.
using Moment = std::function<bool(const TrainEvent&)>;

Moment after_step(std::int64_t step) {
  return [=](const TrainEvent& event) {
    const auto* done = std::get_if<StepDone>(&event);
    return done != nullptr && done->total_step == step;
  };
}

Moment after_row(int epoch) {
  return [=](const TrainEvent& event) {
    const auto* done = std::get_if<EpochDone>(&event);
    return done != nullptr && done->row.epoch == epoch;
  };
}

Moment after_best_model() {
  return [](const TrainEvent& event) {
    const auto* saved = std::get_if<ModelSaved>(&event);
    return saved != nullptr && saved->best;
  };
}

void expect_equal_runs(const fs::path& a, const fs::path& b) {
  for (const char* name :
       {"model.safetensors", "steps.csv", "layers.csv", "wrong.csv", "predictions.csv", "split.csv", "recipe.toml"}) {
    EXPECT_EQ(read_text(a / name), read_text(b / name)) << name;
  }
  const char* events = "events.out.tfevents.alexnet";
  EXPECT_EQ(EventReader::read(read_text(a / events)), EventReader::read(read_text(b / events)));
  const Checkpoint last_a = read_checkpoint(a / "last.safetensors");
  const Checkpoint last_b = read_checkpoint(b / "last.safetensors");
  EXPECT_EQ(last_a.model.weights, last_b.model.weights);
  EXPECT_EQ(last_a.slots, last_b.slots);
  EXPECT_EQ(last_a.step, last_b.step);
  const auto rows_a = RunFolder::open(a).epochs();
  const auto rows_b = RunFolder::open(b).epochs();
  ASSERT_EQ(rows_a.size(), rows_b.size());
  for (std::size_t i = 0; i < rows_a.size(); ++i) {
    EXPECT_EQ(rows_a[i].epoch, static_cast<int>(i));
    EXPECT_EQ(rows_b[i].epoch, static_cast<int>(i));
    EXPECT_TRUE(i == 0 || rows_a[i].train_loss == rows_b[i].train_loss) << i;
    EXPECT_TRUE(i == 0 || rows_a[i].train_top1 == rows_b[i].train_top1) << i;
    EXPECT_EQ(rows_a[i].val_loss, rows_b[i].val_loss);
    EXPECT_EQ(rows_a[i].val_top1, rows_b[i].val_top1);
    EXPECT_EQ(rows_a[i].rate, rows_b[i].rate);
    EXPECT_EQ(rows_a[i].best, rows_b[i].best);
  }
}

/// Trains until `moment`, stops there as Ctrl-C does, and goes on.
void stop_and_resume(Training& training, const fs::path& folder, const Moment& moment) {
  const TrainOutcome stopped = training.train_in(folder, [&](const TrainEvent& event) {
    if (moment(event)) {
      training.stop = 1;
    }
  });
  EXPECT_EQ(stopped.state, RunState::kStopped);
  EXPECT_EQ(read_run_document(RunFolder::open(folder)).state, RunState::kStopped);
  training.stop = 0;
  EXPECT_EQ(training.resume_in(folder).state, RunState::kDone);
}

/// Trains in a process of its own that is killed at `moment`.
void train_and_kill(Training& training, const fs::path& folder, const Moment& moment) {
  const pid_t child = ::fork();
  if (child == 0) {
    training.train_in(folder, [&](const TrainEvent& event) {
      if (moment(event)) {
        ::raise(SIGKILL);
      }
    });
    std::_Exit(1);  // the moment never came
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
}

/// Steps of 5 photos as before, one photo at a time.
void put_all_that_needs_a_whole_step(Training& training) {
  training.settings.insert_or_assign("batch", "1");
  training.settings.insert({{"accumulate", "5"}, {"clip_norm", "0.5"}, {"average", "0.9"}, {"lars_trust", "0.1"}});
}

class Resume : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    training_.settings["optimizer"] = GetParam();
    training_.settings["rate"] = std::string(GetParam()) == "adam" ? "0.01" : "0.05";
    training_.settings["decay"] = "0.001";
    if (std::string(GetParam()) == "lars") {
      put_all_that_needs_a_whole_step(training_);
    }
    training_.train_in(folder_ / "whole");
  }
  TemporaryFolder folder_;
  Training training_;
};

TEST_P(Resume, AfterAStopAnywhereEqualsOneThatWasNotStopped) {
  const std::int64_t steps = read_run_document(RunFolder::open(folder_ / "whole")).step;
  ASSERT_EQ(steps, 15);
  for (std::int64_t step = 1; step <= steps; ++step) {
    SCOPED_TRACE(step);
    const fs::path folder = folder_ / ("stopped " + std::to_string(step));
    stop_and_resume(training_, folder, after_step(step));
    expect_equal_runs(folder, folder_ / "whole");
  }
}

TEST_P(Resume, AfterAStopBetweenEpochsEqualsOneThatWasNotStopped) {
  for (const int epoch : {0, 1, 3}) {
    SCOPED_TRACE(epoch);
    const fs::path folder = folder_ / ("row " + std::to_string(epoch));
    stop_and_resume(training_, folder, after_row(epoch));
    expect_equal_runs(folder, folder_ / "whole");
  }
  stop_and_resume(training_, folder_ / "at once",
                  [](const TrainEvent& event) { return std::holds_alternative<TrainStarted>(event); });
  expect_equal_runs(folder_ / "at once", folder_ / "whole");
}

TEST_P(Resume, AfterManyStopsEqualsOneThatWasNotStopped) {
  const fs::path folder = folder_ / "often";
  const auto stop_each_step = [&](const TrainEvent& event) {
    if (std::holds_alternative<StepDone>(event) || std::holds_alternative<EpochDone>(event)) {
      training_.stop = 1;
    }
  };
  int sessions = 1;
  TrainOutcome outcome = training_.train_in(folder, stop_each_step);
  for (; outcome.state == RunState::kStopped && sessions < 100; ++sessions) {
    training_.stop = 0;
    outcome = training_.resume_in(folder, stop_each_step);
  }
  EXPECT_EQ(outcome.state, RunState::kDone);
  EXPECT_GT(sessions, 15);
  expect_equal_runs(folder, folder_ / "whole");
}

TEST_P(Resume, AfterAKillEqualsOneThatWasNotKilled) {
  // checkpoint_minutes 0: the last checkpoint is that of the epoch before; a tiny number: that of the step before.
  const std::pair<const char*, Moment> cases[] = {{"0", after_step(8)},         {"1e-9", after_step(8)},
                                                  {"0", after_row(2)},          {"1e-9", after_row(2)},
                                                  {"1e-9", after_best_model()}, {"0", after_step(1)}};
  for (std::size_t i = 0; i < std::size(cases); ++i) {
    SCOPED_TRACE(i);
    const auto& [minutes, moment] = cases[i];
    training_.settings["checkpoint_minutes"] = minutes;
    const fs::path whole = folder_ / ("whole " + std::to_string(i));
    training_.train_in(whole);
    const fs::path folder = folder_ / ("killed " + std::to_string(i));
    train_and_kill(training_, folder, moment);
    EXPECT_EQ(read_run_document(RunFolder::open(folder)).state, RunState::kRunning);
    EXPECT_EQ(training_.resume_in(folder).state, RunState::kDone);
    expect_equal_runs(folder, whole);
  }
}

INSTANTIATE_TEST_SUITE_P(Optimizers, Resume, testing::Values("sgd", "adam", "lars"),
                         [](const auto& test) { return std::string(test.param); });

TEST(ResumeRun, IsExactOnTheCpuBackendWithTwoThreads) {
  const TemporaryFolder folder;
  for (const char* optimizer : {"sgd", "adam", "lars"}) {
    SCOPED_TRACE(optimizer);
    Training training;
    if (std::string(optimizer) == "lars") {
      put_all_that_needs_a_whole_step(training);
    }
    training.backend = make_cpu_backend(2);
    training.settings["optimizer"] = optimizer;
    training.settings["rate"] = "0.01";
    const fs::path whole = folder / (std::string("whole ") + optimizer);
    training.train_in(whole);
    const fs::path stopped = folder / (std::string("stopped ") + optimizer);
    stop_and_resume(training, stopped, after_step(7));  // in the middle of the second epoch
    expect_equal_runs(stopped, whole);
  }
}

/// The built-in recipes as they are, but for what photos so few ask for.
class EveryRecipe : public testing::TestWithParam<std::string> {};

TEST_P(EveryRecipe, KilledInTheMiddleOfAnEpochAndResumedEqualsOneThatWasNot) {
  const TemporaryFolder folder;
  Training training;
  training.recipe = GetParam();
  training.network = testing_support::tiny_network_with_mean_image();
  training.settings = {{"batch", "5"}, {"epochs", "6"}};
  if (GetParam() != "tutorial") {
    training.settings.insert({{"split_train", "0.67"}, {"split_val", "0.17"}, {"split_test", "0.16"}});
  }
  training.train_in(folder / "whole");
  const auto steps = read_run_document(RunFolder::open(folder / "whole")).step;
  train_and_kill(training, folder / "killed", after_step(steps / 2 + 2));
  EXPECT_EQ(training.resume_in(folder / "killed").state, RunState::kDone);
  expect_equal_runs(folder / "killed", folder / "whole");
}

std::vector<std::string> recipe_names() {
  std::vector<std::string> names;
  for (const BuiltInRecipe& recipe : built_in_recipes()) {
    names.emplace_back(recipe.name);
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(BuiltIn, EveryRecipe, testing::ValuesIn(recipe_names()), [](const auto& test) {
  std::string name = test.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(ResumeRun, IsExactWithEveryAugmentation) {
  const TemporaryFolder folder;
  for (const char* crop : {"random", "random-resized"}) {
    SCOPED_TRACE(crop);
    Training training;
    training.settings.insert({{"rotation", "30"},
                              {"brightness", "0.5"},
                              {"contrast", "0.5"},
                              {"saturation", "0.5"},
                              {"cutout", "0.3"},
                              {"mixup", "0.5"},
                              {"color_noise", "0.1"},
                              {"label_smoothing", "0.1"},
                              {"class_weights", "balanced"}});
    training.settings["crop"] = crop;
    training.train_in(folder / (std::string("whole ") + crop));
    const fs::path killed = folder / (std::string("killed ") + crop);
    train_and_kill(training, killed, after_step(8));
    EXPECT_EQ(training.resume_in(killed).state, RunState::kDone);
    expect_equal_runs(killed, folder / (std::string("whole ") + crop));
  }
}

TEST(ResumeRun, IsExactWithTheDiskCacheColdAndWarm) {
  const TemporaryFolder folder;
  Training training;
  training.network = testing_support::tiny_network_with_mean_image();
  training.settings["cache_mib"] = "0";
  training.train_in(folder / "whole");
  const auto open_cache = [&] {
    return std::make_shared<DiskCache>(DiskCacheOptions{.folder = folder / "cache", .free_bytes = 0});
  };
  training.disk_cache = open_cache();
  EXPECT_EQ(training.disk_cache->photos(), 0);
  train_and_kill(training, folder / "cold", after_step(7));
  training.disk_cache = open_cache();
  EXPECT_GT(training.disk_cache->photos(), 0);
  training.resume_in(folder / "cold");
  expect_equal_runs(folder / "cold", folder / "whole");
  training.disk_cache = open_cache();
  training.train_in(folder / "warm");
  expect_equal_runs(folder / "warm", folder / "whole");
  // Once for the mean image, then epoch after epoch and each part at its end.
  EXPECT_GE(training.disk_cache->found(), 24 + 3 * 24 + 4 * 6);
}

TEST(ResumeRun, IsExactWithABalancedSamplerAndWeightsFromAFileThatIsGone) {
  const TemporaryFolder folder;
  Training training;
  const fs::path weights = folder / "weights.csv";
  write_file_atomically(weights, "class,weight\nclass 0,1\nclass 1,4\nclass 2,0.5\n");
  training.settings["sampler"] = "balanced";
  training.settings["class_weights"] = weights.string();
  training.train_in(folder / "whole");
  train_and_kill(training, folder / "killed", after_step(8));
  fs::remove(weights);
  EXPECT_EQ(training.resume_in(folder / "killed").state, RunState::kDone);
  expect_equal_runs(folder / "killed", folder / "whole");
}

// The rate is what validation made of it: state that a checkpoint must hold.
TEST(ResumeRun, IsExactWithAPlateau) {
  const TemporaryFolder folder;
  Training training;
  training.settings["schedule"] = "plateau";
  training.settings["plateau_epochs"] = "1";
  training.settings["epochs"] = "6";
  training.train_in(folder / "whole");
  const auto rows = RunFolder::open(folder / "whole").epochs();
  ASSERT_LT(rows.back().rate, rows[1].rate);  // it fell on the way
  stop_and_resume(training, folder / "stopped", after_step(18));
  expect_equal_runs(folder / "stopped", folder / "whole");
}

TEST(ResumeRun, GoesOnWithMoreEpochs) {
  const TemporaryFolder folder;
  Training training;
  training.settings["schedule"] = "constant";
  training.settings["epochs"] = "2";
  training.train_in(folder / "run");
  training.resume_in(folder / "run", {}, 3);
  training.settings["epochs"] = "3";
  training.train_in(folder / "whole");
  for (const char* name : {"model.safetensors", "steps.csv", "predictions.csv"}) {
    EXPECT_EQ(read_text(folder / "run" / name), read_text(folder / "whole" / name)) << name;
  }
  EXPECT_EQ(read_recipe(folder / "run" / "recipe.toml").recipe.epochs, 3);
  const RunDocument document = read_run_document(RunFolder::open(folder / "run"));
  EXPECT_EQ(document.command_line.back(), "tiny");
  EXPECT_EQ(document.resumed.size(), 1U);
  EXPECT_EQ(message_of([&] { training.resume_in(folder / "run", {}, 2); }), Message::kOptionInvalid);
  EXPECT_EQ(message_of([&] { training.resume_in(folder / "run", {}, 0); }), Message::kOptionInvalid);
}

TEST(ResumeRun, LeavesADoneRunAsItIs) {
  const TemporaryFolder folder;
  Training training;
  training.train_in(folder / "run");
  const std::string model = read_text(folder / "run" / "model.safetensors");
  const std::string metrics = read_text(folder / "run" / "metrics.csv");
  const std::string last = read_text(folder / "run" / "last.safetensors");
  const TrainOutcome outcome = training.resume_in(folder / "run");
  EXPECT_EQ(outcome.state, RunState::kDone);
  EXPECT_TRUE(outcome.result);
  EXPECT_EQ(read_text(folder / "run" / "model.safetensors"), model);
  EXPECT_EQ(read_text(folder / "run" / "metrics.csv"), metrics);
  EXPECT_EQ(read_text(folder / "run" / "last.safetensors"), last);
}

TEST(ResumeRun, RefusesOtherPhotos) {
  const TemporaryFolder folder;
  Training training;
  training.train_in(folder / "run");
  training.dataset.change_content();
  const auto error = thrown([&] { training.resume_in(folder / "run"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kDataChanged);
  Training fewer{.dataset = testing_support::TinyDataset(11)};
  EXPECT_EQ(message_of([&] { fewer.resume_in(folder / "run"); }), Message::kDataChanged);
}

TEST(ResumeRun, NamesWhatIsCut) {
  const TemporaryFolder folder;
  Training training;
  training.train_in(folder / "run");
  const std::string last = read_text(folder / "run" / "last.safetensors");
  write_file_atomically(folder / "run" / "last.safetensors", last.substr(0, last.size() / 2));
  EXPECT_EQ(message_of([&] { training.resume_in(folder / "run"); }), Message::kModelTruncated);
  fs::remove(folder / "run" / "last.safetensors");
  EXPECT_EQ(message_of([&] { training.resume_in(folder / "run"); }), Message::kResumeMissing);
}

}  // namespace
}  // namespace alexnet
