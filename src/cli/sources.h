#pragma once

#include <filesystem>
#include <string>

#include "alexnet/network/network.h"

/// What the words NETWORK, MODEL and RUN of the command line stand for.
namespace alexnet::cli {

/// A preset by name, a network's JSON file (`*.json`), or the network of a model file or run folder. `classes` 0 = its
/// own number; another number for a JSON file is given to its last dense layer.
/// Throws kUnknownNetwork with the nearest name, kFileMissing for what looks like a path, and what read_model and
/// Network::from_json throw.
[[nodiscard]] Network network_by_name_or_file(const std::string& text, int classes);

/// Whether `text` names a known set; a folder of that name goes first, as in open_dataset.
[[nodiscard]] bool is_known_set(const std::string& text);
/// The preset that suits a known set; `tutorial` for a folder of photos.
[[nodiscard]] std::string network_that_suits(const std::string& data);

/// Whether `path` is a run folder (one with run.json).
[[nodiscard]] bool is_run(const std::filesystem::path& path);

}  // namespace alexnet::cli
