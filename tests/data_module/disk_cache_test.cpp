#include "alexnet/data/disk_cache.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <functional>
#include <set>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alexnet/core/files.h"

#include "data_module/photo_folder.h"
#include "support/full_disk.h"
#include "support/temporary_folder.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;
using testing_support::FullDisk;
using testing_support::noise;
using testing_support::TemporaryFolder;

constexpr std::int64_t kMiB = 1 << 20;

DiskCacheOptions options(const fs::path& folder, std::int64_t bytes = 16 * kMiB) {
  return {.folder = folder, .bytes = bytes, .free_bytes = 0};
}

std::string key_of(int photo) { return disk_cache_key("test", std::to_string(photo)); }
Image photo_of(int photo, int side = 40) { return noise(side + photo % 7, side, 3, static_cast<std::uint32_t>(photo)); }

void keep(DiskCache& cache, int first, int last, int side = 40) {
  for (int i = first; i < last; ++i) {
    cache.keep(key_of(i), photo_of(i, side));
  }
}

/// How many are there; each that is must be what was kept.
int found(DiskCache& cache, int first, int last, int side = 40) {
  int count = 0;
  for (int i = first; i < last; ++i) {
    if (const auto photo = cache.find(key_of(i))) {
      EXPECT_EQ(*photo, photo_of(i, side)) << i;
      ++count;
    }
  }
  return count;
}

std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::int64_t bytes_of(const fs::path& folder) {
  std::int64_t bytes = 0;
  for (const auto& file : files_of(folder)) {
    bytes += static_cast<std::int64_t>(fs::file_size(file));
  }
  return bytes;
}

/// Inverts a byte of a file.
void damage(const fs::path& path, std::int64_t place) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(place);
  const int byte = file.get();
  ASSERT_NE(byte, EOF);
  file.seekp(place);
  file.put(static_cast<char>(~byte));
}

void make_old(const fs::path& folder) {
  for (const auto& file : files_of(folder)) {
    fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(1));
  }
}

/// Another process.
pid_t in_child(const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    work();
    ::_exit(0);
  }
  return child;
}

TEST(DiskCache, GivesBackWhatAnEarlierOneKept) {
  const TemporaryFolder folder;
  {
    DiskCache cache(options(folder / "new" / "cache"));
    EXPECT_EQ(found(cache, 0, 20), 0);
    keep(cache, 0, 20);
    cache.keep("a grey one", noise(5, 9, 1, 3));
    keep(cache, 0, 20);  // they are there: nothing grows
    EXPECT_EQ(cache.photos(), 21);
    EXPECT_EQ(found(cache, 0, 20), 20);
    EXPECT_EQ(cache.stopped(), std::nullopt);
  }
  DiskCache cache(options(folder / "new" / "cache"));
  EXPECT_EQ(cache.photos(), 21);
  EXPECT_EQ(found(cache, 0, 30), 20);
  EXPECT_EQ(cache.found(), 20);
  keep(cache, 20, 25);
  EXPECT_EQ(found(cache, 0, 30), 25);
  EXPECT_EQ(files_of(folder / "new" / "cache").size(), 1U) << "an open file goes on";
}

TEST(DiskCache, AKilledWriterLeavesWholePhotosAndTheNextGoesOn) {
  const TemporaryFolder folder;
  int most = 0;
  for (int round = 0; round < 12; ++round) {
    const pid_t child = in_child([&] {
      DiskCache cache(options(folder.path()));
      for (int i = 0;; i = (i + 1) % 150) {
        cache.keep(key_of(i), photo_of(i));
      }
    });
    ::usleep(500U + 700U * static_cast<unsigned>(round));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    DiskCache cache(options(folder.path()));
    const int there = found(cache, 0, 150);
    EXPECT_GE(there, most);
    EXPECT_EQ(there, cache.photos());
    most = there;
  }
  DiskCache cache(options(folder.path()));
  keep(cache, 0, 150);
  EXPECT_EQ(found(cache, 0, 150), 150);
  EXPECT_EQ(cache.stopped(), std::nullopt);
}

TEST(DiskCache, ATornTailIsWrittenOver) {
  const TemporaryFolder folder;
  {
    DiskCache cache(options(folder.path()));
    keep(cache, 0, 10);
  }
  const auto file = files_of(folder.path()).at(0);
  const auto size = fs::file_size(file);
  fs::resize_file(file, size - 100);
  {
    DiskCache cache(options(folder.path()));
    EXPECT_EQ(found(cache, 0, 10), 9);
    keep(cache, 0, 10);
    EXPECT_EQ(found(cache, 0, 10), 10);
  }
  EXPECT_EQ(fs::file_size(file), size);
  // A photo whose entry was not yet written.
  std::ofstream(file, std::ios::app | std::ios::binary) << std::string(5000, 'x');
  DiskCache cache(options(folder.path()));
  EXPECT_EQ(found(cache, 0, 10), 10);
  keep(cache, 10, 11);
  EXPECT_EQ(found(cache, 0, 11), 11);
}

TEST(DiskCache, DamagedPixelsAreAbsentAndKeptAnew) {
  const TemporaryFolder folder;
  {
    DiskCache cache(options(folder.path()));
    keep(cache, 0, 10);
  }
  const auto file = files_of(folder.path()).at(0);
  damage(file, static_cast<std::int64_t>(fs::file_size(file)) - 5);
  for (int i = 0; i < 2; ++i) {  // the second finds the fresh copy beside the damaged one
    DiskCache cache(options(folder.path()));
    EXPECT_EQ(found(cache, 0, 10), i == 0 ? 9 : 10);
    keep(cache, 0, 10);
    EXPECT_EQ(found(cache, 0, 10), 10);
  }
}

TEST(DiskCache, ADamagedEntryHidesNothingForGood) {
  const TemporaryFolder folder;
  {
    DiskCache cache(options(folder.path()));
    keep(cache, 0, 10);
  }
  damage(files_of(folder.path()).at(0), 96 * 4 + 70);  // the heading, then entries of 96 bytes: the fourth photo's
  DiskCache cache(options(folder.path()));
  EXPECT_EQ(found(cache, 0, 10), 3);
  keep(cache, 3, 4);  // in its place: those behind it must not come back with other pixels
  DiskCache other(options(folder.path()));
  EXPECT_EQ(found(other, 0, 10), 4);
  keep(cache, 0, 10);
  EXPECT_EQ(found(cache, 0, 10), 10);
}

TEST(DiskCache, AFileOfAnotherKindIsReplaced) {
  const TemporaryFolder folder;
  testing_support::put(folder / "photos-00.cache", std::string_view("something else entirely"));
  DiskCache cache(options(folder.path()));
  EXPECT_EQ(cache.photos(), 0);
  keep(cache, 0, 3);
  DiskCache other(options(folder.path()));
  EXPECT_EQ(found(other, 0, 3), 3);
}

TEST(DiskCache, ProcessesShareAFolder) {
  const TemporaryFolder folder;
  const auto bound = 64 * kMiB;
  std::vector<pid_t> children;
  for (int c = 0; c < 3; ++c) {
    children.push_back(in_child([&, c] {
      DiskCache cache(options(folder.path(), bound));
      keep(cache, c * 50, c * 50 + 50);
    }));
  }
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  // Two files are all that the bound allows: the third may have found both taken.
  DiskCache cache(options(folder.path(), bound));
  EXPECT_GE(found(cache, 0, 150), 100);
  keep(cache, 0, 150);
  EXPECT_EQ(found(cache, 0, 150), 150);
  EXPECT_LE(bytes_of(folder.path()), bound);
}

TEST(DiskCache, StaysWithinItsBoundAndKeepsWhatIsInUse) {
  const TemporaryFolder folder;
  const auto bound = 3 * kMiB;
  int kept = 0;
  {
    DiskCache cache(options(folder.path(), bound));
    keep(cache, 0, 300, 100);  // about 30 kB each
    kept = found(cache, 0, 300, 100);
    EXPECT_GT(kept, 60);
    EXPECT_LT(kept, 100);
    EXPECT_EQ(found(cache, 0, kept, 100), kept) << "the first to come stay";
    EXPECT_EQ(cache.stopped(), std::nullopt) << "a bound is no fault";
  }
  EXPECT_LE(bytes_of(folder.path()), bound);
  {
    // Used a minute ago or now: not given up.
    make_old(folder.path());
    DiskCache cache(options(folder.path(), bound));
    EXPECT_EQ(found(cache, 0, 1, 100), 1);
    keep(cache, 1000, 1100, 100);
    EXPECT_EQ(found(cache, 0, 300, 100), kept);
  }
  make_old(folder.path());
  DiskCache cache(options(folder.path(), bound));
  keep(cache, 1000, 1100, 100);
  EXPECT_GT(found(cache, 1000, 1100, 100), 60);
  EXPECT_EQ(found(cache, 0, 300, 100), 0);
  EXPECT_LE(bytes_of(folder.path()), bound);
}

TEST(DiskCache, TheFileThatWasUsedLongestAgoGivesWay) {
  const TemporaryFolder folder;
  const auto bound = 64 * kMiB;  // two files
  constexpr int kSide = 1000;    // 3 MB
  {
    DiskCache cache(options(folder.path(), bound));
    keep(cache, 0, 30, kSide);
  }
  const auto files = files_of(folder.path());
  ASSERT_EQ(files.size(), 2U);
  make_old(folder.path());
  fs::last_write_time(files[0], fs::file_time_type::clock::now() - std::chrono::minutes(5));
  DiskCache cache(options(folder.path(), bound));
  keep(cache, 100, 101, kSide);
  EXPECT_EQ(found(cache, 100, 101, kSide), 1);
  EXPECT_EQ(found(cache, 0, 10, kSide), 10) << "of the file that was used later";
  EXPECT_EQ(found(cache, 12, 30, kSide), 0);
}

TEST(DiskCache, ASmallerBoundRemovesFiles) {
  const TemporaryFolder folder;
  {
    DiskCache cache(options(folder.path(), 64 * kMiB));
    keep(cache, 0, 15, 1000);
  }
  ASSERT_EQ(files_of(folder.path()).size(), 2U);
  DiskCache cache(options(folder.path(), 32 * kMiB));
  EXPECT_EQ(files_of(folder.path()).size(), 1U);
  EXPECT_LE(bytes_of(folder.path()), 32 * kMiB);
  EXPECT_EQ(found(cache, 0, 15, 1000), 10);
}

TEST(DiskCache, APhotoLargerThanAFileIsLeftOut) {
  const TemporaryFolder folder;
  DiskCache cache(options(folder.path(), kMiB));
  cache.keep(key_of(0), photo_of(0, 400));
  EXPECT_EQ(cache.find(key_of(0)), std::nullopt);
  keep(cache, 1, 3);
  EXPECT_EQ(found(cache, 1, 3), 2);
}

TEST(DiskCache, DeletedFilesAreMadeAnew) {
  const TemporaryFolder folder;
  DiskCache cache(options(folder / "cache"));
  keep(cache, 0, 5);
  fs::remove_all(folder / "cache");
  keep(cache, 5, 10);
  EXPECT_EQ(cache.stopped(), std::nullopt);
  DiskCache next(options(folder / "cache"));
  EXPECT_EQ(found(next, 0, 10), 5);
}

TEST(DiskCache, AFullDiskStopsItAndNothingElse) {
  const TemporaryFolder folder;
  {
    const FullDisk full(kMiB);
    DiskCache cache(options(folder.path()));
    keep(cache, 0, 300);
    EXPECT_GT(found(cache, 0, 300), 20);
    EXPECT_LT(found(cache, 0, 300), 100);
    ASSERT_TRUE(cache.stopped());
    EXPECT_NE(cache.stopped()->find("full"), std::string::npos) << *cache.stopped();
  }
  DiskCache cache(options(folder.path()));
  keep(cache, 0, 300);
  EXPECT_EQ(found(cache, 0, 300), 300);
}

TEST(DiskCache, LeavesSomeOfTheDiskFree) {
  const TemporaryFolder folder;
  auto wants_all = options(folder.path());
  wants_all.free_bytes = static_cast<std::int64_t>(fs::space(folder.path()).capacity);
  DiskCache cache(wants_all);
  keep(cache, 0, 3);
  EXPECT_EQ(cache.photos(), 0);
  ASSERT_TRUE(cache.stopped());
  EXPECT_NE(cache.stopped()->find("would stay free"), std::string::npos) << *cache.stopped();
}

TEST(DiskCache, AFolderThatCannotBeMadeIsToldNotThrown) {
  const TemporaryFolder folder;
  testing_support::put(folder / "file", std::string_view("no folder"));
  DiskCache cache(options(folder / "file" / "cache"));
  EXPECT_TRUE(cache.stopped());
  keep(cache, 0, 3);
  EXPECT_EQ(found(cache, 0, 3), 0);
}

TEST(DiskCache, KeysSayAllThatDecidesThePixels) {
  const Geometry geometry{.resize = 64, .width = 56, .height = 56};
  std::set<std::string> facts = {source_facts(geometry, {})};
  const auto differs = [&](Geometry other) { return facts.insert(source_facts(other, {})).second; };
  auto other = geometry;
  other.resize = 65;
  EXPECT_TRUE(differs(other));
  other = geometry;
  other.channels = 1;
  EXPECT_TRUE(differs(other));
  other = geometry;
  other.mode = geometry.mode == ResizeMode::kCrop ? ResizeMode::kSquash : ResizeMode::kCrop;
  EXPECT_TRUE(differs(other));
  other = geometry;
  other.apply_orientation = !geometry.apply_orientation;
  EXPECT_TRUE(differs(other));
  other = geometry;
  other.filter = geometry.filter == Filter::kBilinear ? Filter::kBicubic : Filter::kBilinear;
  EXPECT_TRUE(differs(other));
  EXPECT_TRUE(facts.insert(source_facts(geometry, {.crop = CropMode::kRandomResized})).second);
  other = geometry;
  other.width = other.height = 48;
  EXPECT_FALSE(differs(other)) << "windows of one square share it";
  EXPECT_FALSE(facts.insert(source_facts(geometry, {.crop = CropMode::kRandom, .flip = true, .rotation = 9})).second);
  EXPECT_NE(disk_cache_key("a", "b"), disk_cache_key("a", "c"));
  EXPECT_NE(disk_cache_key("a", "b"), disk_cache_key("c", "b"));
  EXPECT_EQ(disk_cache_key("a", "b").size(), 64U);
}

}  // namespace
}  // namespace alexnet
