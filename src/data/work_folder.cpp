#include "data/work_folder.h"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alexnet/core/files.h"

namespace alexnet {

WorkFolder::WorkFolder(const std::filesystem::path& target)
    : path_(target.parent_path() / fmt::format(".{}.fetch", target.filename().string())) {
  do {
    unlock();
    make_folder(path_);
    descriptor_ = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor_ < 0 && errno != ENOENT) {
      throw_write_error(path_, errno);
    }
  } while (descriptor_ < 0 || !lock());
}

WorkFolder::~WorkFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(set(), ignored);
  std::filesystem::remove(downloads(), ignored);  // only where nothing is left in it
  std::filesystem::remove(path_, ignored);
  unlock();
}

void WorkFolder::remove_downloads() const {
  std::error_code ignored;
  std::filesystem::remove_all(downloads(), ignored);
}

/// Waits. False where another folder has the name by then: who held this one had finished and removed it.
bool WorkFolder::lock() const {
  while (::flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) {
  }
  struct stat locked {};
  struct stat named {};
  return ::fstat(descriptor_, &locked) == 0 && ::stat(path_.c_str(), &named) == 0 && locked.st_ino == named.st_ino;
}

void WorkFolder::unlock() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
  descriptor_ = -1;
}

}  // namespace alexnet
