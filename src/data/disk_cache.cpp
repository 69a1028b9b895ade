#include "alexnet/data/disk_cache.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <ctime>
#include <mutex>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sys/stat.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"

#include "core/machine.h"
#include "data/base_folders.h"
#include "data/cache_file.h"

namespace alexnet {
namespace {

constexpr std::int64_t kFileBytes = std::int64_t{32} << 20;  // at least, where the bound allows it
constexpr std::int64_t kMaxFiles = 64;
constexpr int kSourceVersion = 1;  // of the pixels that augmentation_source makes

/// Seconds and nanoseconds by the clock that stamps files.
std::pair<std::int64_t, std::int64_t> now_of_files() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return {now.tv_sec, now.tv_nsec};
}

std::pair<std::int64_t, std::int64_t> last_use(const std::filesystem::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    return {};
  }
  return {info.st_mtim.tv_sec, info.st_mtim.tv_nsec};
}

std::string text_of(const CacheEntry& entry) { return {entry.key.data(), entry.key.size()}; }

/// The libraries that decode, by file name with version.
std::string decoders() {
  std::string names;
  for (const auto& library : describe_machine().libraries) {
    for (const std::string_view wanted : {"libjpeg", "libpng", "libwebp"}) {
      names += library.starts_with(wanted) ? library + " " : "";
    }
  }
  return names;
}

}  // namespace

/// File `i` of the folder is photos-<i>.cache. One of them is open for writing at a time, locked.
class DiskCache::Impl {
 public:
  explicit Impl(const DiskCacheOptions& options)
      : options_(options),
        opened_(now_of_files()),
        file_count_(std::clamp<std::int64_t>(options.bytes / kFileBytes, 1, kMaxFiles)),
        file_bytes_(static_cast<std::uint64_t>(std::max<std::int64_t>(options.bytes, 0) / file_count_)) {
    remove_surplus();
    for (std::int64_t i = 0; i < file_count_; ++i) {
      if (auto file = std::make_shared<CacheFile>(path_of(i), CacheFile::Open::kExisting); file->is_open()) {
        add_entries(i, file);
      }
    }
    try {
      make_folder(options_.folder);
    } catch (const Error& error) {
      stop(describe(error).what);
    }
  }

  std::optional<Image> find(const std::string& key) {
    for (;;) {
      std::unique_lock lock(index_mutex_);
      const auto place = index_.find(key);
      if (place == index_.end()) {
        return std::nullopt;
      }
      const Place where = place->second;
      lock.unlock();
      if (auto photo = where.file->read(where.entry)) {
        where.file->touch();
        ++found_;
        return photo;
      }
      lock.lock();
      forget(key, where);
    }
  }

  void keep(const std::string& key, const Image& photo) {
    const std::lock_guard writing(write_mutex_);
    const bool fits = CacheFile::can_hold(photo.pixels.size(), file_bytes_);
    if (!fits || is_stopped() || has(key) || !make_room(photo.pixels.size())) {
      return;
    }
    try {
      const auto entry = writer_->append(key, photo);
      const std::lock_guard lock(index_mutex_);
      index_.emplace(key, Place{writer_number_, writer_, entry});
    } catch (const Error& error) {
      stop(describe(error).what);
    }
  }

  [[nodiscard]] std::optional<std::string> stopped() const {
    const std::lock_guard lock(index_mutex_);
    return reason_.empty() ? std::nullopt : std::optional(reason_);
  }
  [[nodiscard]] std::int64_t photos() const {
    const std::lock_guard lock(index_mutex_);
    return static_cast<std::int64_t>(index_.size());
  }
  [[nodiscard]] std::int64_t found() const { return found_.load(); }

 private:
  struct Place {
    std::int64_t number;
    std::shared_ptr<CacheFile> file;
    CacheEntry entry;
  };

  [[nodiscard]] std::filesystem::path path_of(std::int64_t i) const {
    return options_.folder / fmt::format("photos-{:02}.cache", i);
  }

  /// Files that an earlier, larger bound left, where nobody writes to them.
  void remove_surplus() {
    std::error_code error;
    for (std::int64_t i = 0; i < kMaxFiles; ++i) {
      const auto path = path_of(i);
      const auto size = std::filesystem::file_size(path, error);
      if (error || (i < file_count_ && size <= file_bytes_)) {
        continue;
      }
      if (CacheFile file(path, CacheFile::Open::kExisting); file.is_open() && file.try_lock()) {
        std::filesystem::remove(path, error);
      }
    }
  }

  void add_entries(std::int64_t number, const std::shared_ptr<CacheFile>& file) {
    const std::lock_guard lock(index_mutex_);
    for (const auto& entry : file->entries()) {
      index_.emplace(text_of(entry), Place{number, file, entry});
    }
  }

  void forget_file(std::int64_t number) {
    const std::lock_guard lock(index_mutex_);
    std::erase_if(index_, [&](const auto& pair) { return pair.second.number == number; });
  }

  /// Drops one place of a key: others may hold the photo too.
  void forget(const std::string& key, const Place& place) {
    const auto [first, last] = index_.equal_range(key);
    for (auto it = first; it != last; ++it) {
      if (it->second.file == place.file && it->second.entry.offset == place.entry.offset) {
        index_.erase(it);
        return;
      }
    }
  }

  [[nodiscard]] bool has(const std::string& key) const {
    const std::lock_guard lock(index_mutex_);
    return index_.contains(key);
  }

  [[nodiscard]] bool is_stopped() const {
    const std::lock_guard lock(index_mutex_);
    return full_ || !reason_.empty();
  }
  void stop(const std::string& reason) {
    const std::lock_guard lock(index_mutex_);
    reason_ = reason;
  }

  /// Sees to a file that can take so many bytes more.
  bool make_room(std::size_t bytes) {
    if (writer_ && !writer_->is_gone() && writer_->has_room(bytes, file_bytes_)) {
      return true;
    }
    writer_.reset();  // its lock holds as long as the index names it: nobody takes what this process wrote
    try {
      make_folder(options_.folder);
      if (!has_free_space()) {
        stop(fmt::format("less than {} MiB of the disk would stay free", options_.free_bytes >> 20));
        return false;
      }
      if (continue_file(bytes) || take_oldest(bytes)) {
        return true;
      }
    } catch (const Error& error) {
      stop(describe(error).what);
      return false;
    }
    const std::lock_guard lock(index_mutex_);
    full_ = true;
    return false;
  }

  [[nodiscard]] bool has_free_space() const {
    std::error_code error;
    const auto space = std::filesystem::space(options_.folder, error);
    return error || space.available >= static_cast<std::uint64_t>(options_.free_bytes) + file_bytes_;
  }

  /// Locks the first file that nobody writes to and that has room; makes it where it is not there.
  bool continue_file(std::size_t bytes) {
    for (std::int64_t i = 0; i < file_count_; ++i) {
      auto file = std::make_shared<CacheFile>(path_of(i), CacheFile::Open::kCreate);
      if (!file->is_open()) {
        throw_write_error(path_of(i), file->error());
      }
      if (!file->try_lock() || file->is_gone()) {
        continue;
      }
      file->begin_appending();
      if (file->has_room(bytes, file_bytes_)) {
        write_to(i, std::move(file));
        return true;
      }
    }
    return false;
  }

  /// Empties the file that was used longest ago, and not since this cache was opened.
  bool take_oldest(std::size_t bytes) {
    std::vector<std::pair<std::pair<std::int64_t, std::int64_t>, std::int64_t>> files;
    for (std::int64_t i = 0; i < file_count_; ++i) {
      files.emplace_back(last_use(path_of(i)), i);
    }
    std::ranges::sort(files);
    for (const auto& [used, i] : files) {
      auto file = std::make_shared<CacheFile>(path_of(i), CacheFile::Open::kExisting);
      if (used >= opened_ || !file->is_open() || !file->try_lock() || last_use(path_of(i)) != used) {
        continue;
      }
      file->clear();
      if (file->has_room(bytes, file_bytes_)) {
        write_to(i, std::move(file));
        return true;
      }
    }
    return false;
  }

  void write_to(std::int64_t number, std::shared_ptr<CacheFile> file) {
    forget_file(number);
    writer_ = std::move(file);
    writer_number_ = number;
    add_entries(number, writer_);
  }

  const DiskCacheOptions options_;
  const std::pair<std::int64_t, std::int64_t> opened_;
  const std::int64_t file_count_;
  const std::uint64_t file_bytes_;

  std::mutex write_mutex_;  // guards writer_; taken before the other
  std::shared_ptr<CacheFile> writer_;
  std::int64_t writer_number_ = -1;

  mutable std::mutex index_mutex_;  // guards what follows
  std::unordered_multimap<std::string, Place> index_;
  std::string reason_;
  bool full_ = false;

  std::atomic<std::int64_t> found_ = 0;
};

DiskCache::DiskCache(const DiskCacheOptions& options) : impl_(std::make_unique<Impl>(options)) {}
DiskCache::~DiskCache() = default;
std::optional<Image> DiskCache::find(const std::string& key) { return impl_->find(key); }
void DiskCache::keep(const std::string& key, const Image& photo) { impl_->keep(key, photo); }
std::optional<std::string> DiskCache::stopped() const { return impl_->stopped(); }
std::int64_t DiskCache::photos() const { return impl_->photos(); }
std::int64_t DiskCache::found() const { return impl_->found(); }

std::string source_facts(const Geometry& geometry, const Augmentation& augmentation) {
  Geometry prepared = geometry;  // which window is cut out of it does not matter
  prepared.width = geometry.resize;
  prepared.height = geometry.resize;
  const bool whole = augmentation.crop == CropMode::kRandomResized;
  return fmt::format("version {} {}{} {}", kSourceVersion, decoders(), whole ? "whole" : "square", to_json(prepared));
}

std::string disk_cache_key(std::string_view source_facts, std::string_view content_hash) {
  const auto text = fmt::format("{} {}", source_facts, content_hash);
  return sha256(std::as_bytes(std::span(text)));
}

std::filesystem::path cache_home() {
  const auto home = from_environment("ALEXNET_CACHE");
  return home.empty() ? base_folder("XDG_CACHE_HOME", ".cache") / "alexnet" : home;
}

}  // namespace alexnet
