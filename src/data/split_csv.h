#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "alexnet/data/dataset.h"

namespace alexnet {

/// A line of split.csv.
struct SplitRow {
  std::string path;
  std::int32_t label = 0;
  std::string class_name;
  Part part = Part::kTrain;
  std::string sha256;
  std::size_t line = 0;  ///< where it begins in the file, from 1
};

/// Throws kFileFormat naming file and line; kFileMissing, kNoPermission, kReadFailed.
[[nodiscard]] std::vector<SplitRow> read_split_rows(const std::filesystem::path& path);

}  // namespace alexnet
