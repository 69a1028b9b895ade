#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "alexnet/image/image.h"

namespace alexnet {

/// Where a photo lies in a cache file, as the file holds it: little-endian, 96 bytes.
struct CacheEntry {
  std::array<char, 64> key;
  std::uint64_t offset;  ///< of its pixels in the file
  std::uint32_t width;
  std::uint32_t height;
  std::uint32_t channels;
  std::uint32_t pixel_sum;  ///< CRC-32
  std::uint32_t unused;     ///< 0
  std::uint32_t entry_sum;  ///< CRC-32 of the 92 bytes before it

  [[nodiscard]] std::uint64_t bytes() const {
    return static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height) *
           static_cast<std::uint64_t>(channels);
  }
};
static_assert(sizeof(CacheEntry) == 96);

/// A file of photos (docs/formats.md): a heading, the entries, and behind them the pixels. Only the process that holds
/// its lock appends: pixels first, then their entry, so that what an entry names is there. Readers need no lock: an
/// entry counts only where its sum fits, and pixels only where theirs does.
/// Threads: read() and touch() any; the others one at a time.
class CacheFile {
 public:
  enum class Open { kExisting, kCreate };
  /// Not open where the file is not there or may not be read; error() says why. Opened for writing where that is
  /// allowed.
  CacheFile(const std::filesystem::path& path, Open how);
  ~CacheFile();
  CacheFile(const CacheFile&) = delete;
  CacheFile& operator=(const CacheFile&) = delete;

  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  [[nodiscard]] int error() const { return error_; }  ///< errno of the opening

  /// The entries as the file has them now, up to the first that does not fit.
  [[nodiscard]] std::vector<CacheEntry> entries() const;
  /// Nothing where the pixels are not those that were written.
  [[nodiscard]] std::optional<Image> read(const CacheEntry& entry) const;
  /// Notes that it was used, at most once a minute.
  void touch();

  /// Until it is closed; false where another process, or another CacheFile of this one, has it.
  [[nodiscard]] bool try_lock();
  /// Cuts off what is behind the last whole entry, and makes a file of another kind empty. Needs the lock, as do the
  /// following. Throws what throw_write_error throws.
  void begin_appending();
  void clear();
  /// Whether a photo of so many bytes has room in a file of `limit` bytes, when that is empty and as it is.
  [[nodiscard]] static bool can_hold(std::uint64_t bytes, std::uint64_t limit);
  [[nodiscard]] bool has_room(std::uint64_t bytes, std::uint64_t limit) const;
  CacheEntry append(const std::string& key, const Image& photo);
  /// Somebody deleted it.
  [[nodiscard]] bool is_gone() const;

 private:
  void write_at(const void* data, std::size_t bytes, std::uint64_t offset);

  std::filesystem::path path_;
  int descriptor_ = -1;
  int error_ = 0;
  std::size_t count_ = 0;                  // entries, while appending
  std::uint64_t end_ = 0;                  // of the pixels, while appending
  std::atomic<std::int64_t> touched_ = 0;  // seconds of the steady clock; 0 = never
};

}  // namespace alexnet
