#pragma once

#include <filesystem>

#include "data/folder_layout.h"

namespace alexnet {

/// A list of photos with the columns path,label or path,label,part (train, val or test in every row), laid out as a
/// folder with the class folders of its labels. Paths are relative to the list's folder. Throws kFileFormat naming the
/// line for what is no such row, a file that is not there or stands twice; kFolderEmpty for a list without rows.
[[nodiscard]] FolderLayout read_photo_list(const std::filesystem::path& list);

}  // namespace alexnet
