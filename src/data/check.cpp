#include "alexnet/data/check.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "data/check_classes.h"
#include "data/check_copies.h"
#include "data/check_photo.h"
#include "data/folder_layout.h"

namespace alexnet {
namespace {

/// Every photo of the layout, not yet read, by path.
std::vector<PlacedPhoto> places_of(const FolderLayout& layout, const std::vector<std::string>& classes) {
  std::vector<PlacedPhoto> photos;
  for (const auto& one : layout.classes) {
    const auto label = static_cast<std::size_t>(std::ranges::lower_bound(classes, one.name) - classes.begin());
    for (const auto& path : one.photos) {
      photos.push_back({.photo = {.path = path}, .label = label, .part = one.part});
    }
  }
  std::ranges::sort(photos, {}, [](const PlacedPhoto& p) -> const std::string& { return p.photo.path; });
  return photos;
}

/// Reads all photos, on threads; the calling thread waits and tells how far they are.
void read_photos(const std::filesystem::path& folder, const CheckOptions& options, std::vector<PlacedPhoto>& photos) {
  std::atomic<std::size_t> next = 0;
  std::atomic<std::size_t> done = 0;
  std::mutex mutex;
  std::condition_variable finished;
  const auto work = [&] {
    for (std::size_t i = next++; i < photos.size(); i = next++) {
      photos[i].photo = check_photo(folder, photos[i].photo.path, options.min_side);
      if (++done == photos.size()) {
        const std::lock_guard lock(mutex);
        finished.notify_one();
      }
    }
  };
  std::vector<std::jthread> workers;
  for (int t = 0; t < std::max(options.threads, 1); ++t) {
    workers.emplace_back(work);
  }
  std::unique_lock lock(mutex);
  while (!finished.wait_for(lock, std::chrono::milliseconds(100), [&] { return done == photos.size(); })) {
    if (options.progress) {
      options.progress(static_cast<std::int64_t>(done.load()), static_cast<std::int64_t>(photos.size()));
    }
  }
}

std::int64_t files_below(const std::filesystem::path& folder) {
  std::error_code error;
  std::int64_t count = 0;
  std::filesystem::recursive_directory_iterator entries(folder, error);
  for (; !error && entries != std::filesystem::recursive_directory_iterator(); entries.increment(error)) {
    count += entries->is_regular_file(error) ? 1 : 0;
  }
  return count;
}

/// Photos of the test part in leaks.
std::int64_t leaked_test(const std::vector<PlacedPhoto>& photos, const std::vector<Finding>& findings) {
  std::set<std::string> test;
  for (const auto& one : photos) {
    if (one.part == Part::kTest) {
      test.insert(one.photo.path);
    }
  }
  std::int64_t count = 0;
  for (const auto& finding : findings) {
    if (finding.kind == FindingKind::kLeak) {
      count += std::ranges::count_if(finding.files, [&](const auto& file) { return test.contains(file); });
    }
  }
  return count;
}

}  // namespace

CheckResult check_folder(const std::filesystem::path& folder_or_list, const CheckOptions& options) {
  const auto layout = read_layout(folder_or_list);
  const auto root = root_of(folder_or_list);
  CheckResult result{.folder = folder_or_list, .root = root, .options = options};
  std::set<std::string> names;
  for (const auto& one : layout.classes) {
    names.insert(one.name);
  }
  result.classes.assign(names.begin(), names.end());
  auto photos = places_of(layout, result.classes);
  read_photos(root, options, photos);

  result.photos = static_cast<std::int64_t>(photos.size());
  result.quarantined = root == folder_or_list ? files_below(root / kQuarantine) : 0;
  result.findings = check_classes(layout);
  const auto add = [&](std::vector<Finding> more) {
    result.findings.insert(result.findings.end(), std::move_iterator(more.begin()), std::move_iterator(more.end()));
  };
  add(find_copies(photos, options));
  for (auto& one : photos) {
    result.bytes += one.photo.bytes;
    result.parts[static_cast<std::size_t>(one.part.value_or(Part::kTrain))] += one.part ? 1 : 0;
    add(std::move(one.photo.findings));
  }
  for (const auto& stray : layout.strays) {
    result.findings.push_back(check_stray(root, stray));
  }
  result.leaked_test = leaked_test(photos, result.findings);
  std::ranges::sort(result.findings, {}, [](const Finding& f) { return std::tie(f.kind, f.order, f.files); });
  return result;
}

}  // namespace alexnet
