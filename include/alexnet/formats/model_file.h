#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "alexnet/data/geometry.h"
#include "alexnet/network/network.h"
#include "alexnet/network/weights.h"
#include "alexnet/runtime/precision.h"

namespace alexnet {

/// What a model file holds.
struct Model {
  Network network;
  Weights weights;
  Geometry geometry;
  std::vector<std::string> classes;  ///< one a score, or empty
  /// What training learnt about itself: JSON texts by key ("training": data, epoch, accuracy, ...).
  std::map<std::string, std::string> facts = {};
  /// Of a model for precision i8: its file holds the weights of convolutions and dense layers as 8-bit integers, here
  /// they are what those stand for. Empty = none.
  InputRanges input_ranges = {};
};

/// A model and all that exact resume needs.
struct Checkpoint {
  Model model;
  std::map<std::string, Weights> slots;  ///< slot -> parameter -> tensor
  std::int64_t step = 0;                 ///< updates applied
  std::string state;                     ///< the Trainer's own JSON: epoch, position, running sums, best so far
};

/// Throws what read_safetensors and check_weights throw; kModelInvalid when it is no model of ours, kModelNewer for a
/// later format version.
[[nodiscard]] Model read_model(const std::filesystem::path& path);
/// Weights of a model with input ranges are written as 8-bit integers (quantized_tensors.h).
void write_model(const std::filesystem::path& path, const Model& model);
/// The weights of `network` from any safetensors file that has them, and nothing else, under the network's names for
/// files: a state_dict of torchvision's AlexNet for the network `torchvision`. Throws as read_model.
[[nodiscard]] Weights read_weights(const std::filesystem::path& path, const Network& network);
[[nodiscard]] Checkpoint read_checkpoint(const std::filesystem::path& path);
void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);

/// What a network can take from another's weights.
struct FittingWeights {
  Weights weights;                    ///< those of equal name and shape, by our names, in f32
  std::vector<std::string> anew;      ///< parameters of the network without: "fc8.weight", "fc8.bias"
  std::vector<std::string> left_out;  ///< tensors of the file that fit nowhere, by their names there
};

/// The tensors of any safetensors file whose names are the network's in files or ours and whose shapes fit; statistics
/// and a mean image too, which other programs call `mean_image_bgr` or `mean_image_rgb`. Throws kTensorMissing when
/// none fits, kTensorNotFinite.
[[nodiscard]] FittingWeights read_fitting_weights(const std::filesystem::path& path, const Network& network);

/// A model file, or the best model of a run folder.
[[nodiscard]] std::filesystem::path find_model(const std::filesystem::path& model_or_run);

}  // namespace alexnet
