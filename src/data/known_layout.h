#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "alexnet/data/known_sets.h"

#include "data/archive.h"

namespace alexnet {

/// What a known set looks like on disk.
struct SetLayout {
  /// Archives beside the published ones that the set can be made of.
  std::vector<std::string> other_archives;
  Placement place;
  /// Are the class names written beside the files (classes.txt), which do not bring them?
  bool needs_class_names;
  /// Is the set there? Looks at names only.
  bool (*is_complete)(const std::filesystem::path& folder);
  /// Throws kArchiveInvalid or kChecksumWrong, naming `source`, unless the files are what was published.
  void (*verify)(const std::filesystem::path& folder, const std::string& source);
};

/// Throws kUnknownName.
[[nodiscard]] const SetLayout& layout_of(const KnownSet& set);

/// Class names of a known set in the order of its labels; empty where the name is none.
[[nodiscard]] std::vector<std::string> known_class_names(std::string_view set);

/// Where the system's package puts the set; empty where there is none.
[[nodiscard]] std::filesystem::path package_folder(const KnownSet& set);

inline constexpr std::size_t kFlowers = 1360;
/// SHA-256 of image_0001.jpg to image_1360.jpg; made at configure time from flowers17.sha256.
extern const std::array<std::string_view, kFlowers> kFlowers17Sha256;

}  // namespace alexnet
