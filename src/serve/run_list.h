#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "alexnet/formats/run_folder.h"
#include "alexnet/train/run_document.h"

namespace alexnet::serve {

/// A Run as the table shows it.
struct RunRow {
  std::string id;  ///< the folder's name; where two are called the same, the later ones get "~2", "~3"
  std::filesystem::path folder;
  RunDocument document;
  /// That of run.json, or "silent": it says running, but nothing was written for ten minutes.
  std::string state;
  std::string note;     ///< what its owner says of it
  std::string message;  ///< why it failed, or its latest alarm
  int epoch = 0;        ///< the last one evaluated
  double photos_per_second = 0;
  double wait_share = 0;
  std::optional<double> seconds_left;         ///< of a running one, once an epoch is trained
  std::int64_t changed = 0;                   ///< when something was written, seconds since 1970
  std::map<std::string, std::string> recipe;  ///< every key with its value
};

/// The Runs in `folders` (each a Run, or a folder of Runs), newest first. A folder that cannot be read as a Run yet is
/// passed over. Throws kFolderMissing for one of `folders` that is not there.
/// Of `known`, what an earlier call gave, the rows of runs that ended and did not change are taken over.
[[nodiscard]] std::vector<RunRow> list_runs(const std::vector<std::filesystem::path>& folders,
                                            const std::vector<RunRow>& known = {});

/// Of several runs: the keys whose values are not the same in all.
[[nodiscard]] std::vector<std::string> differing_keys(const std::vector<RunRow>& runs);

}  // namespace alexnet::serve
