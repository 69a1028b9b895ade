#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "alexnet/data/augmentation.h"
#include "alexnet/data/geometry.h"
#include "alexnet/image/image.h"

namespace alexnet {

struct DiskCacheOptions {
  std::filesystem::path folder = {};
  std::int64_t bytes = std::int64_t{2} << 30;       ///< of all files together, at most; fewer than 1 MiB hold nothing
  std::int64_t free_bytes = std::int64_t{1} << 30;  ///< of the disk, which stay free
};

/// Prepared photos in files of a folder, for the next training and for what the memory does not hold. Many processes
/// may use a folder at a time. A process that is killed leaves at most a tail that the next one writes over; a photo
/// whose bytes do not have their checksum is taken for absent; files may be deleted at any time. Where the bound is
/// reached, the file that was used longest ago gives way, but none that was used since this cache was opened.
/// Files: docs/formats.md. Threads: any.
class DiskCache {
 public:
  /// Reads what is there. Throws nothing: a folder that cannot be used is told by stopped().
  explicit DiskCache(const DiskCacheOptions& options);
  ~DiskCache();
  DiskCache(const DiskCache&) = delete;
  DiskCache& operator=(const DiskCache&) = delete;

  [[nodiscard]] std::optional<Image> find(const std::string& key);
  /// Writes a photo down where there is room and none of this key is there.
  void keep(const std::string& key, const Image& photo);
  /// Why nothing more is written, where the disk and not the bound is the reason.
  [[nodiscard]] std::optional<std::string> stopped() const;

  [[nodiscard]] std::int64_t photos() const;  ///< that can be found now
  [[nodiscard]] std::int64_t found() const;   ///< by find() so far

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// All that decides which pixels augmentation_source makes of a photo's bytes: the parts of both that it looks at, the
/// versions of the libraries that decode, and of our own code.
[[nodiscard]] std::string source_facts(const Geometry& geometry, const Augmentation& augmentation);
/// SHA-256 over such facts and the photo's content hash, 64 hexadecimal digits.
[[nodiscard]] std::string disk_cache_key(std::string_view source_facts, std::string_view content_hash);

/// $ALEXNET_CACHE, else $XDG_CACHE_HOME/alexnet, else ~/.cache/alexnet.
[[nodiscard]] std::filesystem::path cache_home();

}  // namespace alexnet
