#pragma once

#include <filesystem>
#include <memory>

#include "alexnet/data/dataset.h"

namespace alexnet::cli {

/// All photos in a folder and below, by path, as a set without classes (one of empty name). Throws kFolderEmpty.
[[nodiscard]] std::unique_ptr<Dataset> open_plain_folder(const std::filesystem::path& folder);

}  // namespace alexnet::cli
