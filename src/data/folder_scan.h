#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace alexnet {

/// A folder as it is found on disk: names in UTF-8, sorted, hidden ones passed over.
struct ScannedFolder {
  std::string name;
  std::vector<std::string> photos;  ///< files directly in it that are taken for photos
  std::vector<std::string> strays;  ///< other files, and what could not be followed
  std::vector<ScannedFolder> folders;

  /// Photos in it and below it, relative to it, "/" separated, sorted.
  [[nodiscard]] std::vector<std::string> all_photos() const;
  [[nodiscard]] std::vector<std::string> all_strays() const;
  [[nodiscard]] bool holds_photos() const;
};

/// Reads a folder and those below it. Links are followed, but not into a folder that leads to itself.
/// Throws kFolderMissing, kNoPermission, kReadFailed.
[[nodiscard]] ScannedFolder scan_folder(const std::filesystem::path& folder);

}  // namespace alexnet
