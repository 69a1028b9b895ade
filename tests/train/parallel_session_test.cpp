// Whole trainings on several ranks: what the first one writes. Ranks are threads here.
#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <set>
#include <stdexcept>

#include <gtest/gtest.h>

#include "alexnet/distributed/hybrid.h"
#include "alexnet/distributed/thread_group.h"
#include "alexnet/formats/model_file.h"

#include "support/temporary_folder.h"
#include "train/team.h"
#include "train/training.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;
using testing_support::TemporaryFolder;
using testing_support::TinyDataset;
using testing_support::Training;

/// Trains or resumes on several ranks; `meddle` sees the leader's events and every rank's flag to stop.
using Trainings = std::vector<std::unique_ptr<Training>>;
using Meddle = std::function<void(const TrainEvent&, Trainings&)>;

RunState on_ranks(int ranks, const fs::path& folder, bool resumes, const Meddle& meddle = {},
                  const std::set<std::size_t>& unreadable = {}, std::optional<HybridScheme> hybrid = {},
                  const RecipeSettings& settings = {}) {
  Trainings trainings;
  for (int rank = 0; rank < ranks; ++rank) {
    trainings.emplace_back(new Training{.dataset = TinyDataset(12, 3, unreadable)});
    for (const auto& [key, value] : settings) {
      trainings.back()->settings[key] = value;
    }
  }
  RunFolder run = resumes ? RunFolder::open(folder) : RunFolder::create_named(folder);
  std::vector<RunState> states(static_cast<std::size_t>(ranks));
  ThreadGroup::run(ranks, [&](const std::shared_ptr<Communicator>& communicator) {
    const auto rank = static_cast<std::size_t>(communicator->rank());
    Training& training = *trainings[rank];
    if (hybrid) {
      training.backend = make_hybrid_backend(training.backend, communicator, *hybrid);
    }
    const DataParallel parallel{.ranks = communicator, .hybrid = hybrid.has_value()};
    RunFolder own = rank == 0 || resumes ? run : RunFolder::of_other_process("/nowhere");
    const auto listen = [&](const TrainEvent& event) {
      EXPECT_EQ(rank, 0U);
      if (meddle) {
        meddle(event, trainings);
      }
    };
    if (resumes) {
      const ResumeTask task{.backend = *training.backend,
                            .dataset = training.dataset,
                            .content_hashes = content_hashes(training.dataset, 1),
                            .parallel = parallel};
      states[rank] = resume(task, own, listen, training.stop).state;
    } else {
      TrainTask task = training.task();
      task.parallel = parallel;
      states[rank] = train(task, own, listen, training.stop).state;
    }
  });
  EXPECT_EQ(std::ranges::count(states, states.front()), ranks);
  return states.front();
}

double number_or_zero(double value) { return std::isnan(value) ? 0 : value; }

void expect_rows_near(const fs::path& a, const fs::path& b) {
  const auto expected = RunFolder::open(a).epochs();
  const auto rows = RunFolder::open(b).epochs();
  ASSERT_EQ(rows.size(), expected.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].epoch, expected[i].epoch);
    EXPECT_NEAR(number_or_zero(rows[i].train_loss), number_or_zero(expected[i].train_loss), 1e-4);
    EXPECT_EQ(number_or_zero(rows[i].train_top1), number_or_zero(expected[i].train_top1));
    EXPECT_NEAR(rows[i].val_loss, expected[i].val_loss, 1e-4);
    EXPECT_EQ(rows[i].val_top1, expected[i].val_top1);
    EXPECT_EQ(rows[i].best, expected[i].best);
  }
  EXPECT_EQ(RunFolder::open(b).steps().size(), RunFolder::open(a).steps().size());
}

TEST(ParallelSession, WritesTheRunOfOneRank) {
  const TemporaryFolder folder;
  Training().train_in(folder / "one");
  for (const int ranks : {2, 3}) {
    const fs::path run = folder / std::to_string(ranks);
    EXPECT_EQ(on_ranks(ranks, run, false), RunState::kDone);
    expect_rows_near(folder / "one", run);
    const auto document = read_run_document(RunFolder::open(run));
    const auto expected = read_run_document(RunFolder::open(folder / "one"));
    ASSERT_TRUE(document.result.has_value());
    EXPECT_EQ(document.result->count, expected.result->count);
    EXPECT_EQ(document.result->top1, expected.result->top1);
    EXPECT_EQ(read_predictions(run / "predictions.csv").size(),
              read_predictions(folder / "one" / "predictions.csv").size());
  }
}

TEST(ParallelSession, StopsAllRanksAtTheSameStepAndGoesOnOnAnotherNumber) {
  const TemporaryFolder folder;
  Training().train_in(folder / "one");
  const fs::path run = folder / "several";
  const auto stop_last_rank = [](const TrainEvent& event, Trainings& trainings) {
    const auto* done = std::get_if<StepDone>(&event);
    if (done != nullptr && done->total_step == 7) {
      trainings.back()->stop = 1;
    }
  };
  EXPECT_EQ(on_ranks(2, run, false, stop_last_rank), RunState::kStopped);
  EXPECT_EQ(read_checkpoint(run / "last.safetensors").step,
            static_cast<std::int64_t>(RunFolder::open(run).steps().size()));
  EXPECT_EQ(on_ranks(3, run, true, [](const TrainEvent&, Trainings&) {}), RunState::kDone);
  expect_rows_near(folder / "one", run);
}

TEST(HybridSession, WritesTheRunOfOneRankAndGoesOnInAnyWay) {
  const TemporaryFolder folder;
  const auto stop_last_rank = [](const TrainEvent& event, Trainings& trainings) {
    const auto* done = std::get_if<StepDone>(&event);
    if (done != nullptr && done->total_step == 7) {
      trainings.back()->stop = 1;
    }
  };
  for (const std::string average : {"0", "0.9"}) {
    const fs::path at = folder / average;
    fs::create_directories(at);
    Training alone;
    alone.settings["average"] = average;
    alone.train_in(at / "one");
    const auto expected = read_checkpoint(at / "one" / "last.safetensors");
    // 2 and 4 ranks divide the 8 units; 5 photos a step leave one of 4 ranks with none in each last step.
    for (const int ranks : {2, 4}) {
      const HybridScheme scheme = ranks == 2 ? HybridScheme::kAtOnce : HybridScheme::kInTurn;
      const fs::path run = at / std::to_string(ranks);
      EXPECT_EQ(on_ranks(ranks, run, false, {}, {}, scheme, {{"average", average}}), RunState::kDone);
      expect_rows_near(at / "one", run);
      const auto last = read_checkpoint(run / "last.safetensors");
      EXPECT_EQ(last.slots.size(), expected.slots.size());
      EXPECT_EQ(last.model.weights.at("fc2.weight").shape(), expected.model.weights.at("fc2.weight").shape());
    }
    const fs::path run = at / "stopped";
    EXPECT_EQ(on_ranks(2, run, false, stop_last_rank, {}, HybridScheme::kAtOnce, {{"average", average}}),
              RunState::kStopped);
    if (average == "0") {
      EXPECT_EQ(on_ranks(3, run, true), RunState::kDone);  // by photos alone
    } else {
      EXPECT_EQ(on_ranks(4, run, true, {}, {}, HybridScheme::kInTurn), RunState::kDone);
    }
    expect_rows_near(at / "one", run);
  }
}

TEST(HybridSession, NotesTheGradientsOfAllUnits) {
  const TemporaryFolder folder;
  Training().train_in(folder / "one");
  EXPECT_EQ(on_ranks(2, folder / "two", false, {}, {}, HybridScheme::kInTurn), RunState::kDone);
  const auto expected = RunFolder::open(folder / "one").layers();
  const auto rows = RunFolder::open(folder / "two").layers();
  ASSERT_EQ(rows.size(), expected.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].layer, expected[i].layer);
    EXPECT_NEAR(number_or_zero(rows[i].gradient_norm), number_or_zero(expected[i].gradient_norm), 1e-4);
    EXPECT_NEAR(rows[i].weight_norm, expected[i].weight_norm, 1e-4);
  }
}

TEST(ParallelSession, ARankThatFailsEndsAllAndLeavesTheCheckpointWhole) {
  const TemporaryFolder folder;
  const fs::path run = folder / "run";
  const auto fail_in_second_epoch = [](const TrainEvent& event, Trainings&) {
    const auto* done = std::get_if<StepDone>(&event);
    if (done != nullptr && done->epoch == 2) {
      throw std::runtime_error("no more power");
    }
  };
  EXPECT_THROW(on_ranks(3, run, false, fail_in_second_epoch), std::runtime_error);
  EXPECT_EQ(read_checkpoint(run / "last.safetensors").step, 5);  // 24 photos in steps of 5
  EXPECT_EQ(on_ranks(2, run, true), RunState::kDone);
}

TEST(ParallelSession, TellsOfPhotosThatAnyRankCouldNotRead) {
  const TemporaryFolder folder;
  std::vector<std::string> told;
  const auto note = [&](const TrainEvent& event, Trainings&) {
    if (const auto* skipped = std::get_if<PhotosSkipped>(&event)) {
      for (const BadPhoto& photo : skipped->photos) {
        told.push_back(photo.path);
      }
    }
  };
  const std::set<std::size_t> bad = {0, 1, 2, 13, 14, 25};
  EXPECT_EQ(on_ranks(3, folder / "run", false, note, bad), RunState::kDone);
  std::ranges::sort(told);
  EXPECT_EQ(told.size(), bad.size());
  EXPECT_EQ(std::ranges::adjacent_find(told), told.end());
}

TEST(Team, JoinsListsInOrderOfRank) {
  ThreadGroup::run(3, [](const std::shared_ptr<Communicator>& ranks) {
    const Team team(ranks);
    const std::vector<int> mine(static_cast<std::size_t>(ranks->rank()), ranks->rank());
    EXPECT_EQ(team.joined(mine), (std::vector<int>{1, 2, 2}));
    EXPECT_EQ(team.joined_at_leader(mine), team.leads() ? (std::vector<int>{1, 2, 2}) : std::vector<int>{});
    EXPECT_EQ(team.told(ranks->rank()), (std::vector<int>{0, 1, 2}));
    const auto part = team.part_of({10, 11, 12, 13});
    EXPECT_EQ(team.joined(part), (std::vector<std::size_t>{10, 11, 12, 13}));
    EXPECT_EQ(part.size(), ranks->rank() < 2 ? 2U : 0U);
    const std::vector<BadPhoto> bad = {
        {.item = 4, .path = "a \n b", .reason = "rank " + std::to_string(ranks->rank())}};
    const auto all = team.joined(bad);
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[2].path, "a \n b");
    EXPECT_EQ(all[2].reason, "rank 2");
    const auto pair = [](float first, float second) {
      return Tensor::of<float>({2}, std::vector<float>{first, second});
    };
    Weights weights = {{"w", pair(1, static_cast<float>(ranks->rank()))}};
    team.average(weights);
    EXPECT_EQ(weights.at("w"), pair(1, 1));
  });
}

}  // namespace
}  // namespace alexnet
