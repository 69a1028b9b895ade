#include "alexnet/core/files.h"

#include <cerrno>
#include <cstring>
#include <memory>

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alexnet/core/error.h"

namespace alexnet {
namespace {

/// Closes a descriptor at the end of a scope.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

constexpr std::size_t kChunk = std::size_t{1} << 16;

/// A file from its first byte to its last. Its errors name it.
class FileReader {
 public:
  explicit FileReader(const std::filesystem::path& path)
      : path_(path), file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (file_.get() < 0) {
      const auto message = errno == ENOENT || errno == ENOTDIR ? Message::kFileMissing
                           : errno == EACCES                   ? Message::kNoPermission
                                                               : Message::kReadFailed;
      throw Error(message, {{"where", path_.string()}, {"reason", std::strerror(errno)}});
    }
    struct stat info {};
    if (::fstat(file_.get(), &info) != 0 || S_ISDIR(info.st_mode)) {
      throw Error(Message::kReadFailed, {{"where", path_.string()}, {"reason", "it is a folder"}});
    }
    size_ = static_cast<std::size_t>(info.st_size);
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  /// The next bytes; how many, 0 at the end.
  [[nodiscard]] std::size_t read(std::span<std::byte> bytes) const {
    for (;;) {
      const auto n = ::read(file_.get(), bytes.data(), bytes.size());
      if (n >= 0) {
        return static_cast<std::size_t>(n);
      }
      if (errno != EINTR) {
        throw Error(Message::kReadFailed, {{"where", path_.string()}, {"reason", std::strerror(errno)}});
      }
    }
  }

 private:
  const std::filesystem::path& path_;
  Descriptor file_;
  std::size_t size_ = 0;
};

/// SHA-256 of bytes that come part by part.
class Hash {
 public:
  Hash() { check(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1); }
  void add(std::span<const std::byte> bytes) {
    check(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
  }
  /// Lower-case hexadecimal.
  [[nodiscard]] std::string digits() {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    check(EVP_DigestFinal_ex(context_.get(), digest, &length) == 1);
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (unsigned int i = 0; i < length; ++i) {
      text += kDigits[digest[i] >> 4];
      text += kDigits[digest[i] & 15];
    }
    return text;
  }

 private:
  static void check(bool done) {
    if (!done) {
      throw Error(Message::kInternal, {{"where", "sha256"}, {"reason", "OpenSSL refused"}});
    }
  }

  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

void write_all(int fd, std::span<const std::byte> bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const auto n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0) {
      if (errno == EINTR) {
        continue;
      }
      throw_write_error(path, errno);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
}

std::span<const std::byte> as_byte_span(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace

void throw_write_error(const std::filesystem::path& path, int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      throw Error(Message::kDiskFull, {{"where", path.string()}});
    case EACCES:
    case EPERM:
    case EROFS:
      throw Error(Message::kNoPermission, {{"where", path.string()}});
    default:
      throw Error(Message::kWriteFailed, {{"where", path.string()}, {"reason", std::strerror(error)}});
  }
}

std::vector<std::byte> read_file(const std::filesystem::path& path, std::size_t limit) {
  const FileReader file(path);
  std::vector<std::byte> bytes(file.size() + 1);  // one more: to see the end in one read
  std::size_t used = 0;
  for (;;) {
    if (used == bytes.size()) {
      bytes.resize(used + kChunk);  // it grew, or is a pipe
    }
    const std::size_t n = file.read(std::span(bytes).subspan(used));
    if (n == 0) {
      break;
    }
    used += n;
    if (used > limit) {
      throw Error(Message::kReadFailed,
                  {{"where", path.string()}, {"reason", "it is longer than " + std::to_string(limit) + " bytes"}});
    }
  }
  bytes.resize(used);
  return bytes;
}

std::string read_text(const std::filesystem::path& path) {
  const auto bytes = read_file(path);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

AtomicFile::AtomicFile(std::filesystem::path path) : path_(std::move(path)) {
  temporary_ = path_;
  temporary_ += ".tmp" + std::to_string(::getpid());
  descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor_ < 0) {
    if (errno == ENOENT || errno == ENOTDIR) {
      throw Error(Message::kFolderMissing, {{"where", path_.parent_path().string()}});
    }
    throw_write_error(path_, errno);
  }
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
    ::unlink(temporary_.c_str());
  }
}

void AtomicFile::write(std::span<const std::byte> bytes) { write_all(descriptor_, bytes, path_); }

void AtomicFile::write(std::string_view text) { write(as_byte_span(text)); }

void AtomicFile::write_front(std::string_view text) {
  if (::lseek(descriptor_, 0, SEEK_SET) < 0) {
    throw_write_error(path_, errno);
  }
  write(text);
  if (::lseek(descriptor_, 0, SEEK_END) < 0) {
    throw_write_error(path_, errno);
  }
}

void AtomicFile::commit() {
  if (::fsync(descriptor_) != 0 && errno != EINVAL && errno != ENOSYS) {
    throw_write_error(path_, errno);
  }
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
    throw_write_error(path_, errno);
  }
  ::close(descriptor_);
  descriptor_ = -1;
}

void write_file_atomically(const std::filesystem::path& path, std::string_view text) {
  AtomicFile file(path);
  file.write(text);
  file.commit();
}

void append_line(const std::filesystem::path& path, std::string_view line) {
  std::string whole(line);
  whole += '\n';
  append_bytes(path, whole);
}

void append_bytes(const std::filesystem::path& path, std::string_view bytes) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  if (file.get() < 0) {
    throw_write_error(path, errno);
  }
  write_all(file.get(), as_byte_span(bytes), path);
}

void make_folder(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) {
    throw_write_error(path, error.value());
  }
}

std::string sha256(std::span<const std::byte> bytes) {
  Hash hash;
  hash.add(bytes);
  return hash.digits();
}

std::string sha256_of_file(const std::filesystem::path& path) {
  const FileReader file(path);
  Hash hash;
  std::vector<std::byte> bytes(kChunk);
  while (const std::size_t n = file.read(bytes)) {
    hash.add(std::span(bytes).first(n));
  }
  return hash.digits();
}

}  // namespace alexnet
