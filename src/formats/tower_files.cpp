#include "alexnet/formats/tower_files.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/network/rewrites/towers.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;

fs::path last_file(const RunFolder& run, int rank) { return run.tower_checkpoint(rank); }
/// Where a new set is written before it takes the old one's place.
fs::path next_file(const RunFolder& run, int rank) { return run.file(fmt::format("next.{}.safetensors", rank)); }

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

void move_over(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error && error != std::errc::no_such_file_or_directory) {  // else another rank that reads it has done so
    throw Error(Message::kWriteFailed, {{"where", to.string()}, {"reason", error.message()}});
  }
}

[[noreturn]] void differ(std::string where, std::string expected, std::string got) {
  throw Error(Message::kTowersDiffer,
              {{"where", std::move(where)}, {"expected", std::move(expected)}, {"got", std::move(got)}});
}

Checkpoint checkpoint_of_tower(const Checkpoint& whole, int rank, int towers) {
  const Model& model = whole.model;
  WeightedNetwork tower = split(model.network, model.weights, rank, towers);
  Checkpoint part{{std::move(tower.network), std::move(tower.weights), model.geometry,
                   rank == 0 ? model.classes : std::vector<std::string>(), model.facts},
                  {},
                  whole.step,
                  whole.state};
  for (const auto& [slot, tensors] : whole.slots) {
    part.slots.emplace(slot, part_of_whole(part.model.network, tensors));
  }
  return part;
}

/// A file of each rank, new ones first; nothing where they are not all there or not of one moment.
std::optional<std::vector<Checkpoint>> read_set(const RunFolder& run, bool with_next) {
  std::vector<Checkpoint> towers;
  int count = 1;
  for (int rank = 0; rank < count; ++rank) {
    const bool is_next = with_next && is_there(next_file(run, rank));
    const fs::path path = is_next ? next_file(run, rank) : last_file(run, rank);
    if (!is_there(path)) {
      return std::nullopt;
    }
    towers.push_back(read_checkpoint(path));
    count = tower_place(towers.front().model.network).towers;
    if (towers.back().step != towers.front().step || towers.back().state != towers.front().state) {
      return std::nullopt;
    }
  }
  return towers;
}

Checkpoint merged(std::vector<Checkpoint> towers) {
  std::vector<Model> models;
  std::map<std::string, std::vector<Weights>> slots;
  for (Checkpoint& tower : towers) {
    models.push_back(std::move(tower.model));
    for (auto& [slot, tensors] : tower.slots) {
      slots[slot].push_back(std::move(tensors));
    }
  }
  Checkpoint whole{merge_models(std::move(models)), {}, towers.front().step, towers.front().state};
  for (const auto& [slot, parts] : slots) {
    whole.slots.emplace(slot, whole_of_parts(whole.model.network, parts));
  }
  return whole;
}

/// Ends what a killed process began: a new set that is complete takes its place, one that is not goes.
std::optional<Checkpoint> read_tower_checkpoints(const RunFolder& run) {
  auto set = read_set(run, true);
  if (set) {
    for (int rank = 0; rank < static_cast<int>(set->size()); ++rank) {
      if (is_there(next_file(run, rank))) {
        move_over(next_file(run, rank), last_file(run, rank));
      }
    }
  } else {
    set = read_set(run, false);
    std::error_code ignored;
    for (int rank = 0; is_there(next_file(run, rank)); ++rank) {
      fs::remove(next_file(run, rank), ignored);
    }
  }
  if (!set && is_there(last_file(run, 0))) {
    differ(last_file(run, 0).string(), "checkpoints of one moment, one of each rank", "others beside it");
  }
  return set ? std::optional(merged(std::move(*set))) : std::nullopt;
}

}  // namespace

Model merge_models(std::vector<Model> towers) {
  std::vector<WeightedNetwork> parts;
  std::size_t root = 0;
  for (std::size_t i = 0; i < towers.size(); ++i) {
    root = tower_place(towers[i].network).rank == 0 ? i : root;
    parts.push_back({towers[i].network, std::move(towers[i].weights)});
  }
  WeightedNetwork whole = merge(parts);
  Model& first = towers[root];
  for (const Model& tower : towers) {
    if (tower.facts != first.facts || !(tower.geometry == first.geometry)) {
      differ(fmt::format("tower {}", tower_place(tower.network).rank),
             "the same moment of the same training as tower 0", "another");
    }
  }
  return {std::move(whole.network), std::move(whole.weights), first.geometry, std::move(first.classes),
          std::move(first.facts)};
}

fs::path write_last_checkpoint(const RunFolder& run, const Checkpoint& whole, int towers) {
  std::error_code ignored;
  if (towers == 1) {
    write_checkpoint(run.checkpoint(), whole);
    for (int rank = 0; is_there(last_file(run, rank)); ++rank) {
      fs::remove(last_file(run, rank), ignored);
    }
    return run.checkpoint();
  }
  for (int rank = 0; rank < towers; ++rank) {
    write_checkpoint(next_file(run, rank), checkpoint_of_tower(whole, rank, towers));
  }
  for (int rank = 0; rank < towers; ++rank) {
    move_over(next_file(run, rank), last_file(run, rank));
  }
  fs::remove(run.checkpoint(), ignored);
  return last_file(run, 0);
}

Checkpoint read_last_checkpoint(const RunFolder& run) {
  std::optional<Checkpoint> towers = read_tower_checkpoints(run);
  if (!is_there(run.checkpoint())) {
    if (!towers) {
      throw Error(Message::kResumeMissing, {{"where", run.path().string()}});
    }
    return std::move(*towers);
  }
  Checkpoint whole = read_checkpoint(run.checkpoint());
  return towers && towers->step >= whole.step ? std::move(*towers) : whole;
}

}  // namespace alexnet
