#include "data/cache_file.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <span>
#include <string_view>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "alexnet/core/files.h"

namespace alexnet {
namespace {

constexpr std::string_view kHeading = "alexnet photos, version 1\n";
constexpr std::size_t kMostEntries = 8191;
constexpr std::uint64_t kFirstEntry = sizeof(CacheEntry);  // the heading has the place of one
constexpr std::uint64_t kFirstPixel = sizeof(CacheEntry) * (kMostEntries + 1);
constexpr std::int64_t kTouchSeconds = 60;
constexpr std::uint32_t kMaxLength = 1 << 20;

std::uint32_t sum_of(const void* data, std::size_t bytes) {
  return static_cast<std::uint32_t>(::crc32_z(0, static_cast<const Bytef*>(data), bytes));
}
std::uint32_t sum_of(const CacheEntry& entry) { return sum_of(&entry, offsetof(CacheEntry, entry_sum)); }

/// Reads until `bytes` are there or the file ends.
std::size_t read_at(int descriptor, void* data, std::size_t bytes, std::uint64_t offset) {
  std::size_t done = 0;
  while (done < bytes) {
    const auto n =
        ::pread(descriptor, static_cast<char*>(data) + done, bytes - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n <= 0) {
      break;
    }
    done += static_cast<std::size_t>(n);
  }
  return done;
}

std::uint64_t size_of(int descriptor) {
  struct stat info {};
  return ::fstat(descriptor, &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

bool has_heading(int descriptor) {
  std::array<char, kHeading.size()> text{};
  return read_at(descriptor, text.data(), text.size(), 0) == text.size() &&
         std::string_view(text.data(), text.size()) == kHeading;
}

/// Whether an entry is whole and its pixels lie in [least, size) of the file.
bool is_sound(const CacheEntry& entry, std::uint64_t least, std::uint64_t size) {
  const auto in_range = [](std::uint32_t length) { return length >= 1 && length <= kMaxLength; };
  return sum_of(entry) == entry.entry_sum && in_range(entry.width) && in_range(entry.height) &&
         (entry.channels == 1 || entry.channels == 3) && entry.offset >= least && entry.offset <= size &&
         entry.bytes() <= size - entry.offset;
}

}  // namespace

CacheFile::CacheFile(const std::filesystem::path& path, Open how) : path_(path) {
  const int create = how == Open::kCreate ? O_CREAT : 0;
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CLOEXEC | create, 0666);
  if (descriptor_ < 0 && how == Open::kExisting && (errno == EACCES || errno == EROFS)) {
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);  // somebody else's, to share
  }
  error_ = descriptor_ < 0 ? errno : 0;
}

CacheFile::~CacheFile() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

std::vector<CacheEntry> CacheFile::entries() const {
  if (!has_heading(descriptor_)) {
    return {};
  }
  constexpr std::size_t kAtATime = 512;  // most files hold fewer
  const auto size = size_of(descriptor_);
  std::vector<CacheEntry> sound;
  std::vector<CacheEntry> part(kAtATime);
  std::uint64_t end = kFirstPixel;
  while (sound.size() < kMostEntries) {
    const auto first = kFirstEntry + sound.size() * sizeof(CacheEntry);
    const auto wanted = std::min(kAtATime, kMostEntries - sound.size());
    const auto there = read_at(descriptor_, part.data(), wanted * sizeof(CacheEntry), first) / sizeof(CacheEntry);
    for (std::size_t i = 0; i < there; ++i) {
      if (!is_sound(part[i], end, size)) {
        return sound;
      }
      end = part[i].offset + part[i].bytes();
      sound.push_back(part[i]);
    }
    if (there < wanted) {
      break;
    }
  }
  return sound;
}

std::optional<Image> CacheFile::read(const CacheEntry& entry) const {
  Image photo(static_cast<int>(entry.width), static_cast<int>(entry.height), static_cast<int>(entry.channels));
  const bool whole = read_at(descriptor_, photo.pixels.data(), photo.pixels.size(), entry.offset) == entry.bytes() &&
                     sum_of(photo.pixels.data(), photo.pixels.size()) == entry.pixel_sum;
  return whole ? std::optional(std::move(photo)) : std::nullopt;
}

void CacheFile::touch() {
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
  const auto before = touched_.load(std::memory_order_relaxed);
  if (before == 0 || now - before >= kTouchSeconds) {
    touched_.store(now, std::memory_order_relaxed);
    (void)::futimens(descriptor_, nullptr);  // a reader who may not write does not count as a user
  }
}

bool CacheFile::try_lock() { return ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0; }

void CacheFile::begin_appending() {
  const auto whole = entries();
  if (whole.empty()) {
    clear();
    return;
  }
  count_ = whole.size();
  end_ = whole.back().offset + whole.back().bytes();
  // What a damaged entry hid must not come back when its place is written again.
  std::vector<char> rest((kMostEntries - count_) * sizeof(CacheEntry));
  const auto first = kFirstEntry + count_ * sizeof(CacheEntry);
  (void)read_at(descriptor_, rest.data(), rest.size(), first);
  if (std::ranges::any_of(rest, [](char c) { return c != 0; })) {
    std::ranges::fill(rest, '\0');
    write_at(rest.data(), rest.size(), first);
  }
  if (size_of(descriptor_) > end_ && ::ftruncate(descriptor_, static_cast<off_t>(end_)) != 0) {
    throw_write_error(path_, errno);
  }
}

void CacheFile::clear() {
  if (::ftruncate(descriptor_, 0) != 0) {
    throw_write_error(path_, errno);
  }
  count_ = 0;
  end_ = kFirstPixel;
  write_at(kHeading.data(), kHeading.size(), 0);
}

bool CacheFile::can_hold(std::uint64_t bytes, std::uint64_t limit) { return kFirstPixel + bytes <= limit; }

bool CacheFile::has_room(std::uint64_t bytes, std::uint64_t limit) const {
  return count_ < kMostEntries && end_ + bytes <= limit;
}

CacheEntry CacheFile::append(const std::string& key, const Image& photo) {
  CacheEntry entry{};
  std::copy_n(key.data(), std::min(key.size(), entry.key.size()), entry.key.data());
  entry.offset = end_;
  entry.width = static_cast<std::uint32_t>(photo.width);
  entry.height = static_cast<std::uint32_t>(photo.height);
  entry.channels = static_cast<std::uint32_t>(photo.channels);
  entry.pixel_sum = sum_of(photo.pixels.data(), photo.pixels.size());
  entry.entry_sum = sum_of(entry);
  write_at(photo.pixels.data(), photo.pixels.size(), entry.offset);
  write_at(&entry, sizeof entry, kFirstEntry + count_ * sizeof entry);
  ++count_;
  end_ += entry.bytes();
  return entry;
}

bool CacheFile::is_gone() const {
  struct stat info {};
  return ::fstat(descriptor_, &info) != 0 || info.st_nlink == 0;
}

void CacheFile::write_at(const void* data, std::size_t bytes, std::uint64_t offset) {
  for (std::size_t done = 0; done < bytes;) {
    const auto n =
        ::pwrite(descriptor_, static_cast<const char*>(data) + done, bytes - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno != EINTR) {
      throw_write_error(path_, errno);
    }
    done += n < 0 ? 0 : static_cast<std::size_t>(n);
  }
}

}  // namespace alexnet
