#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace alexnet {

/// A file that is written piece by piece and need not be synced: for folders that are renamed into place when whole,
/// and for parts of downloads. Throws kDiskFull, kNoPermission, kWriteFailed.
class OutputFile {
 public:
  enum class Mode { kReplace, kAppend };
  explicit OutputFile(std::filesystem::path path, Mode mode = Mode::kReplace);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::span<const std::byte> bytes);
  /// Empties the file, to begin anew.
  void clear();
  /// With the errors that some file systems report only now. Without it what was written may be lost silently.
  void close();
  [[nodiscard]] std::int64_t size() const { return size_; }

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
  std::int64_t size_ = 0;
};

}  // namespace alexnet
