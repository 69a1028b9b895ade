#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

namespace alexnet {

/// Where a file of an archive or folder ("jpg/image_0001.jpg") belongs below the target; empty = not wanted.
using Placement = std::function<std::filesystem::path(std::string_view entry)>;

/// Unpacks the wanted regular files of a tar (plain, gzip, bzip2, xz, zstd) or zip archive, as a stream.
/// Throws kArchiveInvalid for what is no archive, is cut off or broken, has a name that leads out of the target ("..",
/// "/etc"), or is larger than any known set; kDiskFull, kNoPermission, kWriteFailed for the target.
void unpack(const std::filesystem::path& archive, const std::filesystem::path& target, const Placement& place);

/// The same for a folder: copies the wanted files in it and below it.
void copy_files(const std::filesystem::path& folder, const std::filesystem::path& target, const Placement& place);

}  // namespace alexnet
