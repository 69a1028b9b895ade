#pragma once

#include <filesystem>

namespace alexnet {

/// The value of a variable of the environment as a path, empty where it is not set.
[[nodiscard]] std::filesystem::path from_environment(const char* name);

/// A folder of the XDG base directories: the variable where it holds an absolute path (the specification says to ignore
/// relative ones), else `fallback` below the home folder.
[[nodiscard]] std::filesystem::path base_folder(const char* variable, const std::filesystem::path& fallback);

}  // namespace alexnet
