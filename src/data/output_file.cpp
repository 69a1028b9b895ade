#include "data/output_file.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "alexnet/core/files.h"

namespace alexnet {

OutputFile::OutputFile(std::filesystem::path path, Mode mode) : path_(std::move(path)) {
  const int how = mode == Mode::kReplace ? O_TRUNC : O_APPEND;
  descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | how, 0666);
  if (descriptor_ < 0) {
    throw_write_error(path_, errno);
  }
  size_ = mode == Mode::kAppend ? ::lseek(descriptor_, 0, SEEK_END) : 0;
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

void OutputFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto n = ::write(descriptor_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n < 0) {
      throw_write_error(path_, errno);
    }
    size_ += n;
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
}

void OutputFile::clear() {
  if (::ftruncate(descriptor_, 0) != 0 || ::lseek(descriptor_, 0, SEEK_SET) != 0) {
    throw_write_error(path_, errno);
  }
  size_ = 0;
}

void OutputFile::close() {
  const int descriptor = std::exchange(descriptor_, -1);
  if (::close(descriptor) != 0 && errno != EINTR) {
    throw_write_error(path_, errno);
  }
}

}  // namespace alexnet
