#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

struct archive;

namespace alexnet {

/// The bytes of a file, or of memory, unpacked on the way where they are gzip.
class ByteReader {
 public:
  /// Throws kFileMissing, kNoPermission, kReadFailed.
  explicit ByteReader(const std::filesystem::path& path);
  /// `where` names it in errors; `bytes` must outlive the reader.
  ByteReader(std::span<const std::byte> bytes, std::string where);

  /// Fills `out` from the front and says how many bytes there were: fewer only at the end. Throws kFileFormat where
  /// the packed data are broken.
  std::size_t read(std::span<std::byte> out);

  [[nodiscard]] const std::string& where() const { return where_; }

 private:
  struct Close {
    void operator()(archive* reader) const;
  };
  [[noreturn]] void fail();
  void open_first_entry(int opened);

  std::string where_;
  std::unique_ptr<archive, Close> reader_;
  bool at_end_ = false;
};

}  // namespace alexnet
