#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace alexnet {

/// The whole file. Throws kFileMissing, kNoPermission or kReadFailed; kReadFailed when longer than `limit` bytes.
[[nodiscard]] std::vector<std::byte> read_file(const std::filesystem::path& path, std::size_t limit = SIZE_MAX);
[[nodiscard]] std::string read_text(const std::filesystem::path& path);

/// Writes to a temporary file beside `path`, syncs it, and renames it over `path`: readers see the old or the new
/// file, whole; on failure the old one stays and the temporary one is removed.
/// Throws kNoPermission, kDiskFull or kWriteFailed, each naming `path`.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::span<const std::byte> bytes);
  void write(std::string_view text);
  /// Over the first bytes of what was written.
  void write_front(std::string_view text);
  /// Makes the file visible under its name. Without it nothing happened.
  void commit();

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;
  int descriptor_ = -1;
};

void write_file_atomically(const std::filesystem::path& path, std::string_view text);

/// Appends in one write call; makes the file where there is none.
void append_bytes(const std::filesystem::path& path, std::string_view bytes);

/// Appends one whole line ("\n" is added) in one write call.
void append_line(const std::filesystem::path& path, std::string_view line);

/// create_directories with our errors.
void make_folder(const std::filesystem::path& path);

/// The error of a failed write to `path` by its errno: kDiskFull, kNoPermission or kWriteFailed.
[[noreturn]] void throw_write_error(const std::filesystem::path& path, int error);

/// Lower-case hexadecimal SHA-256.
[[nodiscard]] std::string sha256(std::span<const std::byte> bytes);
/// The same of a file, which is never all in memory. Throws what read_file throws.
[[nodiscard]] std::string sha256_of_file(const std::filesystem::path& path);

}  // namespace alexnet
