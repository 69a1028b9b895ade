#include "cli/made_once.h"

#include <cstddef>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include "cli/program.h"

namespace alexnet::testing {
namespace {

namespace fs = std::filesystem;

const fs::path kTests = "/proc/self/exe";

/// Held by one process at a time.
class FileLock {
 public:
  explicit FileLock(const fs::path& file) : descriptor_(::open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600)) {
    EXPECT_EQ(::flock(descriptor_, LOCK_EX), 0) << file;
  }
  ~FileLock() { ::close(descriptor_); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int descriptor_;
};

/// Changes when the program or its tests are built anew.
std::string built() {
  std::string text;
  for (const fs::path& file : {fs::path(ALEXNET_PROGRAM), fs::read_symlink(kTests)}) {
    text += std::to_string(fs::last_write_time(file).time_since_epoch().count()) + " ";
  }
  return text;
}

void copy_renamed(const fs::path& from, const fs::path& to) {
  fs::copy(from, to, fs::copy_options::recursive);
  for (const auto& entry : fs::recursive_directory_iterator(to)) {
    if (!entry.is_regular_file()) {
      continue;
    }
    std::string content = read(entry.path());
    bool names_it = false;
    for (std::size_t at = 0; (at = content.find(from.string(), at)) != std::string::npos; at += to.string().size()) {
      content.replace(at, from.string().size(), to.string());
      names_it = true;
    }
    if (names_it) {
      write(entry.path(), content);
    }
  }
}

}  // namespace

void made_once(const std::string& name, const fs::path& place, const std::function<void(const fs::path&)>& make) {
  const fs::path kept = fs::read_symlink(kTests).parent_path() / "made_once";
  fs::create_directories(kept);
  const fs::path folder = kept / name;
  const fs::path stamp = kept / (name + ".built");
  const FileLock lock(kept / (name + ".lock"));
  if (read(stamp) != built()) {
    fs::remove_all(folder);
    fs::create_directories(folder);
    ASSERT_NO_FATAL_FAILURE(make(folder));
    write(stamp, built());
  }
  copy_renamed(folder, place);
}

}  // namespace alexnet::testing
