#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "alexnet/formats/model_file.h"
#include "alexnet/formats/run_folder.h"

/// Models and checkpoints of a network in towers: a file of its own for each rank, with that tower's network and
/// weights.
namespace alexnet {

/// The model of all towers, given in any order. Throws what merge throws (network/rewrites/towers.h), and kTowersDiffer
/// where they are not of the same moment of one training.
[[nodiscard]] Model merge_models(std::vector<Model> towers);

/// The run's checkpoint: last.safetensors, or last.0.safetensors, last.1.safetensors, ... of a network in towers. Those
/// of the other kind go. Killed at any moment, the folder holds the whole checkpoint before or the whole new one.
/// Returns the first file.
std::filesystem::path write_last_checkpoint(const RunFolder& run, const Checkpoint& whole, int towers);

/// The latest checkpoint of a run, whole, from last.safetensors or from those of towers. Throws kResumeMissing,
/// kTowersDiffer where files of several sets lie there, and what read_checkpoint throws.
[[nodiscard]] Checkpoint read_last_checkpoint(const RunFolder& run);

}  // namespace alexnet
