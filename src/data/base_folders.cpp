#include "data/base_folders.h"

#include <cstdlib>

#include <pwd.h>
#include <unistd.h>

namespace alexnet {

std::filesystem::path from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::filesystem::path base_folder(const char* variable, const std::filesystem::path& fallback) {
  if (auto folder = from_environment(variable); folder.is_absolute()) {
    return folder;
  }
  auto home = from_environment("HOME");
  if (home.empty()) {
    const passwd* user = ::getpwuid(::getuid());
    home = user != nullptr ? user->pw_dir : ".";
  }
  return home / fallback;
}

}  // namespace alexnet
