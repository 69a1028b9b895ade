#include "alexnet/data/dataset.h"

#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/data/known_sets.h"

#include "data/known_layout.h"
#include "data/memory_dataset.h"

namespace alexnet {
namespace {

/// A folder of photos, or of one of the files that hold a whole set.
std::unique_ptr<Dataset> open_any_folder(const std::filesystem::path& folder, const LogSink& log) {
  if (holds_idx(folder)) {
    return open_idx(folder);
  }
  if (holds_cifar(folder)) {
    return open_cifar(folder);
  }
  return open_image_folder(folder, log);
}

std::vector<std::string> known_names() {
  std::vector<std::string> names;
  for (const auto& set : known_sets()) {
    names.push_back(set.name);
  }
  return names;
}

}  // namespace

std::string_view name_of(Part part) {
  switch (part) {
    case Part::kTrain:
      return "train";
    case Part::kVal:
      return "val";
    case Part::kTest:
      return "test";
  }
  throw Error(Message::kInternal, {{"where", "name_of(Part)"}, {"reason", "no such part"}});
}

std::unique_ptr<Dataset> open_dataset(const std::string& name_or_folder, const LogSink& log) {
  std::error_code ignored;
  if (std::filesystem::is_directory(name_or_folder, ignored)) {
    return open_any_folder(name_or_folder, log);
  }
  if (is_photo_list(name_or_folder)) {
    return open_image_folder(name_or_folder, log);
  }
  for (const auto& set : known_sets()) {
    if (set.name != name_or_folder) {
      continue;
    }
    if (const auto folder = find_fetched(set); !folder.empty()) {
      return open_any_folder(folder, log);
    }
    auto hint = fmt::format("alexnet data fetch {}", set.name);
    if (!set.package.empty()) {
      hint = fmt::format("sudo apt install {}, or {}", set.package, hint);
    }
    throw Error(Message::kFileMissing,
                {{"where", fmt::format("the data set {} ({})", set.name, set.summary)}, {"hint", std::move(hint)}});
  }
  if (const auto nearest = nearest_name(name_or_folder, known_names()); !nearest.empty()) {
    throw Error(Message::kUnknownName, {{"kind", "data set or folder"},
                                        {"where", name_or_folder},
                                        {"known", fmt::format("{}, or a folder", fmt::join(known_names(), ", "))},
                                        {"nearest", nearest}});
  }
  throw Error(Message::kFolderMissing, {{"where", name_or_folder}});
}

std::string fingerprint(const Dataset& dataset, const std::vector<std::string>& content_hashes) {
  std::string text;
  for (std::size_t i = 0; i < dataset.size(); ++i) {
    const auto& item = dataset.items()[i];
    // Lengths keep a path with digits in it from reading like another one with a label.
    text += fmt::format("{}:{} {} {}\n", item.path.size(), item.path, item.label, content_hashes.at(i));
  }
  return sha256(std::as_bytes(std::span(text.data(), text.size())));
}

std::vector<std::string> content_hashes(const Dataset& dataset, int threads) {
  std::vector<std::string> hashes(dataset.size());
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr failure;
  std::size_t failed_item = dataset.size();
  const auto work = [&] {
    for (std::size_t i = next++; i < hashes.size(); i = next++) {
      try {
        hashes[i] = dataset.content_hash(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (i < failed_item) {  // the first one is named, whichever thread meets it
          failed_item = i;
          failure = std::current_exception();
        }
      }
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (int t = 1; t < threads; ++t) {
      helpers.emplace_back(work);
    }
    work();
  }
  if (failure) {
    std::rethrow_exception(failure);
  }
  return hashes;
}

}  // namespace alexnet
