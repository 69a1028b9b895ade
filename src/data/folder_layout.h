#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "alexnet/data/dataset.h"

namespace alexnet {

/// What `check --apply` moves files into, directly in the folder of a set. It is never a class.
inline constexpr const char* kQuarantine = "quarantine";
/// Of a photo's file; the largest camera raw exports stay far below.
inline constexpr std::size_t kMaxPhotoBytes = std::size_t{1} << 30;
/// With 70/15/15 a class of fewer photos leaves a part without any.
inline constexpr std::size_t kFewPhotos = 5;

/// A folder that stands for a class, in one part or in the whole set. Paths are relative to the set's root.
struct ClassFolder {
  std::string name;
  std::string path;
  std::optional<Part> part;
  std::vector<std::string> photos;  ///< in it and below it, sorted; none in a folder that was left empty
};

/// How a folder of photos is laid out, before anything is judged: the rules are those of open_image_folder.
struct FolderLayout {
  std::vector<ClassFolder> classes;
  std::vector<std::string> strays;  ///< files that belong to no class
};

/// The part that a folder of this name stands for, in any case of letters: train, val|valid|validation, test.
[[nodiscard]] std::optional<Part> part_by_name(std::string name);

/// Of a folder, or of a list of photos (photo_list.h). Throws kFolderEmpty, kFolderFlat, and what scan_folder and
/// read_photo_list throw.
[[nodiscard]] FolderLayout read_layout(const std::filesystem::path& folder_or_list);
/// What paths of the layout are relative to: the folder itself, or that of the list.
[[nodiscard]] std::filesystem::path root_of(const std::filesystem::path& folder_or_list);

}  // namespace alexnet
