#include "alexnet/formats/tower_files.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "alexnet/network/rewrites/towers.h"

#include "support/grouped.h"
#include "support/temporary_folder.h"
#include "support/thrown.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;
using testing_support::grouped_network;
using testing_support::message_of;
using testing_support::TemporaryFolder;

Checkpoint grouped_checkpoint(int seed, std::int64_t step, int towers = 2) {
  const Network network = grouped_network(towers);
  const auto key = static_cast<std::uint64_t>(seed);
  Weights momentum = initial_weights(network, key + 1);
  for (const ParameterSpec& spec : network.parameters()) {
    if (spec.role != ParameterRole::kTrainable) {
      momentum.erase(spec.name);
    }
  }
  return {{network, initial_weights(network, key), {}, {"a", "b", "c", "d", "e"}, {{"training", R"({"step":1})"}}},
          {{"momentum", momentum}},
          step,
          "state " + std::to_string(step)};
}

void expect_equal(const Checkpoint& a, const Checkpoint& b) {
  EXPECT_TRUE(a.model.network == b.model.network);
  EXPECT_EQ(a.model.weights, b.model.weights);
  EXPECT_EQ(a.model.classes, b.model.classes);
  EXPECT_EQ(a.model.facts, b.model.facts);
  EXPECT_EQ(a.slots, b.slots);
  EXPECT_EQ(a.step, b.step);
  EXPECT_EQ(a.state, b.state);
}

TEST(TowerFiles, HoldACheckpointBitForBit) {
  for (const int towers : {2, 3}) {
    const TemporaryFolder folder;
    const RunFolder run = RunFolder::create_named(folder / "run");
    const Checkpoint whole = grouped_checkpoint(1, 20, towers);
    write_last_checkpoint(run, whole, towers);
    expect_equal(read_last_checkpoint(RunFolder::open(folder / "run")), whole);
    EXPECT_FALSE(fs::exists(run.checkpoint()));
    const Model tower = read_model(run.tower_checkpoint(1));
    EXPECT_TRUE(tower.network == split(grouped_network(towers), 1, towers));
  }
}

TEST(TowerFiles, OfOneMomentMakeAModel) {
  const TemporaryFolder folder;
  const RunFolder run = RunFolder::create_named(folder / "run");
  const Checkpoint whole = grouped_checkpoint(1, 20);
  write_last_checkpoint(run, whole, 2);
  std::vector<Model> towers{read_model(run.tower_checkpoint(1)), read_model(run.tower_checkpoint(0))};
  const Model merged = merge_models(towers);
  EXPECT_EQ(merged.weights, whole.model.weights);
  EXPECT_EQ(merged.classes, whole.model.classes);
  towers[0].facts["training"] = R"({"step":2})";
  EXPECT_EQ(message_of([&] { static_cast<void>(merge_models(towers)); }), Message::kTowersDiffer);
}

/// As a kill leaves the folder: what was renamed, and what was written but not renamed.
TEST(TowerFiles, AreTheOldOrTheNewSetAfterAKill) {
  const Checkpoint older = grouped_checkpoint(1, 20);
  const Checkpoint newer = grouped_checkpoint(2, 40);
  const TemporaryFolder folder;
  const RunFolder source = RunFolder::create_named(folder / "source");
  write_last_checkpoint(source, newer, 2);
  struct Killed {
    const char* name;
    std::vector<std::pair<int, std::string>> files;  // rank of the new set, name at the kill
    bool is_new;
  };
  for (const Killed& killed : {Killed{"first written", {{0, "next.0.safetensors"}}, false},
                               Killed{"all written", {{0, "next.0.safetensors"}, {1, "next.1.safetensors"}}, true},
                               Killed{"first renamed", {{0, "last.0.safetensors"}, {1, "next.1.safetensors"}}, true}}) {
    SCOPED_TRACE(killed.name);
    const RunFolder run = RunFolder::create_named(folder / killed.name);
    write_last_checkpoint(run, older, 2);
    for (const auto& [rank, name] : killed.files) {
      fs::copy_file(source.tower_checkpoint(rank), run.file(name), fs::copy_options::overwrite_existing);
    }
    expect_equal(read_last_checkpoint(run), killed.is_new ? newer : older);
    EXPECT_FALSE(fs::exists(run.file("next.0.safetensors")));
    EXPECT_FALSE(fs::exists(run.file("next.1.safetensors")));
    expect_equal(read_last_checkpoint(run), killed.is_new ? newer : older);
  }
}

TEST(TowerFiles, TheLaterOfWholeAndTowersCounts) {
  const TemporaryFolder folder;
  const RunFolder run = RunFolder::create_named(folder / "run");
  write_last_checkpoint(run, grouped_checkpoint(1, 20), 2);
  write_checkpoint(run.checkpoint(), grouped_checkpoint(2, 40));  // as a kill leaves it before the towers are removed
  EXPECT_EQ(read_last_checkpoint(run).step, 40);
  write_last_checkpoint(run, grouped_checkpoint(3, 60), 2);
  EXPECT_EQ(read_last_checkpoint(run).step, 60);
  EXPECT_FALSE(fs::exists(run.checkpoint()));
  EXPECT_EQ(write_last_checkpoint(run, grouped_checkpoint(4, 80), 1), run.checkpoint());
  EXPECT_EQ(read_last_checkpoint(run).step, 80);
  EXPECT_FALSE(fs::exists(run.tower_checkpoint(0)));
  EXPECT_FALSE(fs::exists(run.tower_checkpoint(1)));
}

TEST(TowerFiles, OfSeveralMomentsAreRefused) {
  const TemporaryFolder folder;
  const RunFolder run = RunFolder::create_named(folder / "run");
  EXPECT_EQ(message_of([&] { static_cast<void>(read_last_checkpoint(run)); }), Message::kResumeMissing);
  write_last_checkpoint(run, grouped_checkpoint(1, 20), 2);
  const RunFolder other = RunFolder::create_named(folder / "other");
  write_last_checkpoint(other, grouped_checkpoint(1, 40), 2);
  fs::copy_file(other.tower_checkpoint(1), run.tower_checkpoint(1), fs::copy_options::overwrite_existing);
  EXPECT_EQ(message_of([&] { static_cast<void>(read_last_checkpoint(run)); }), Message::kTowersDiffer);
}

}  // namespace
}  // namespace alexnet
