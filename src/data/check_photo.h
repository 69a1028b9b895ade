#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "alexnet/data/check.h"

#include "data/thumbprint.h"

namespace alexnet {

/// What one reading of a photo's file gave.
struct CheckedPhoto {
  std::string path;  ///< relative to the folder
  std::int64_t bytes = 0;
  std::string sha256 = {};  ///< empty where the photo cannot be used
  std::optional<Thumbprint> print =
      {};                              ///< none where the photo cannot be used, is blank, or smaller than a thumbprint
  std::vector<Finding> findings = {};  ///< of this photo alone
};

/// Reads, decodes and judges one photo. What is wrong with it is a finding, never thrown.
[[nodiscard]] CheckedPhoto check_photo(const std::filesystem::path& folder, const std::string& path, int min_side);

/// What a file that is no photo by its name holds: kWrongExtension, kOtherFormat or kStray.
[[nodiscard]] Finding check_stray(const std::filesystem::path& folder, const std::string& path);

}  // namespace alexnet
