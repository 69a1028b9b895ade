#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/data/known_sets.h"

#include "data/archive.h"
#include "data/download.h"
#include "data/known_layout.h"
#include "data/work_folder.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;

void sync_file_system(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool failed = descriptor < 0 || ::syncfs(descriptor) != 0;
  const int error = errno;
  if (descriptor >= 0) {
    ::close(descriptor);
  }
  if (failed) {
    throw_write_error(folder, error);
  }
}

/// The archive of the set in a folder, else the folder.
fs::path archive_in(const KnownSet& set, const SetLayout& layout, const fs::path& folder) {
  auto names = set.files.size() == 1 ? set.files : std::vector<std::string>();
  names.insert(names.end(), layout.other_archives.begin(), layout.other_archives.end());
  std::error_code ignored;
  for (const auto& name : names) {
    if (fs::is_regular_file(folder / name, ignored)) {
      return folder / name;
    }
  }
  return folder;
}

/// What the reader gave: an archive, a folder with it, a folder with the files, or one of the files.
fs::path given_source(const KnownSet& set, const SetLayout& layout, const fs::path& from) {
  std::error_code ignored;
  if (!fs::exists(from, ignored)) {
    throw Error(Message::kFileMissing, {{"where", from.string()}});
  }
  if (fs::is_directory(from, ignored)) {
    return archive_in(set, layout, from);
  }
  const bool is_part_of_it = !layout.place(from.filename().string()).empty();
  return is_part_of_it ? fs::absolute(from).parent_path() : from;
}

/// Sources on this machine: the set's archive or folder in ALEXNET_DATA, then the system's package.
std::vector<fs::path> local_sources(const KnownSet& set, const SetLayout& layout) {
  std::vector<fs::path> sources;
  std::error_code ignored;
  if (const char* data = std::getenv("ALEXNET_DATA"); data != nullptr && *data != '\0') {
    if (auto archive = archive_in(set, layout, data); archive != data) {
      sources.push_back(std::move(archive));
    }
    if (auto folder = fs::path(data) / set.name; fs::is_directory(folder, ignored)) {
      sources.push_back(archive_in(set, layout, folder));
    }
  }
  if (auto folder = package_folder(set); !folder.empty() && layout.is_complete(folder)) {
    sources.push_back(std::move(folder));
  }
  return sources;
}

/// The address of a file of the set below a mirror, or, without one, where it is published.
std::string address_of(const KnownSet& set, const std::string& base, std::size_t file) {
  return base.empty() ? set.addresses.at(file)
                      : fmt::format("{}{}{}", base, base.ends_with('/') ? "" : "/", set.files.at(file));
}

/// May another source succeed where this error arose?
bool is_of_the_source(const Error& error) {
  static constexpr std::array kMessages = {Message::kDownloadFailed, Message::kArchiveInvalid, Message::kChecksumWrong,
                                           Message::kFileFormat,     Message::kFileMissing,    Message::kReadFailed};
  return std::ranges::find(kMessages, error.message()) != kMessages.end();
}

class Fetching {
 public:
  Fetching(const KnownSet& set, const FetchOptions& options, const LogSink& log, fs::path target)
      : set_(set), layout_(layout_of(set)), options_(options), log_(log), target_(std::move(target)), work_(target_) {}

  void run() {
    if (layout_.is_complete(target_)) {  // another process has just made it
      return;
    }
    if (!options_.from.empty()) {
      const auto source = given_source(set_, layout_, options_.from);
      build(source, source.string());
      return;
    }
    for (const auto& source : local_sources(set_, layout_)) {
      if (attempt(source.string(), [&] { build(source, source.string()); })) {
        return;
      }
    }
    auto bases = options_.mirrors;
    bases.emplace_back();  // the published addresses
    for (const auto& base : bases) {
      if (attempt(address(base, 0), [&] { download_from(base); })) {
        return;
      }
    }
    throw Error(*failure_);
  }

 private:
  [[nodiscard]] std::string address(const std::string& base, std::size_t file) const {
    return address_of(set_, base, file);
  }

  /// Runs `step`; false where the source was at fault, which is told and kept.
  template <class Step>
  bool attempt(const std::string& source, Step step) {
    try {
      step();
      return true;
    } catch (const Error& error) {
      if (!is_of_the_source(error)) {
        throw;
      }
      if (failure_) {
        log(log_, Severity::kWarning, Message::kWarnSourceFailed,
            {{"where", failed_source_}, {"reason", describe(*failure_).what}});
      }
      failure_ = error;
      failed_source_ = source;
      return false;
    }
  }

  void download_from(const std::string& base) {
    make_folder(work_.downloads());
    for (std::size_t i = 0; i < set_.files.size(); ++i) {
      const auto& file = set_.files[i];
      const auto to = work_.downloads() / file;
      if (fs::exists(to)) {
        continue;  // from an earlier call that came to its end after this file
      }
      DownloadOptions how{.timeout_seconds = options_.timeout_seconds};
      if (options_.progress) {
        how.progress = [&](std::int64_t done, std::int64_t total) { options_.progress(file, done, total); };
      }
      try {
        download(address(base, i), to, how);
      } catch (const Error& error) {
        auto arguments = error.arguments();
        arguments.emplace_back("set", set_.name);  // for the hint
        throw Error(error.message(), std::move(arguments));
      }
    }
    try {
      build(archive_in(set_, layout_, work_.downloads()), address(base, 0));
    } catch (const Error& error) {
      if (is_of_the_source(error)) {
        work_.remove_downloads();  // they are not the set: the next source begins anew
      }
      throw;
    }
    work_.remove_downloads();
  }

  /// Makes the set of an archive or folder and puts it into place when it is whole and right.
  void build(const fs::path& source, const std::string& source_name) {
    const auto staging = work_.set();
    std::error_code error;
    fs::remove_all(staging, error);
    make_folder(staging);
    if (fs::is_directory(source, error)) {
      copy_files(source, staging, layout_.place);
    } else {
      unpack(source, staging, layout_.place);
    }
    layout_.verify(staging, source_name);
    if (layout_.needs_class_names) {
      write_file_atomically(staging / "classes.txt",
                            fmt::format("{}\n", fmt::join(known_class_names(set_.name), "\n")));
    }
    sync_file_system(staging);
    fs::rename(staging, target_, error);
    if (error) {
      throw_write_error(target_, error.value());
    }
  }

  const KnownSet& set_;
  const SetLayout& layout_;
  const FetchOptions& options_;
  const LogSink& log_;
  const fs::path target_;
  WorkFolder work_;
  std::optional<Error> failure_;
  std::string failed_source_;
};

/// Where the set goes, and whether it is there already.
FetchPlan target_of(const KnownSet& set, const FetchOptions& options) {
  if (options.to.empty() && options.from.empty()) {
    if (auto folder = find_fetched(set); !folder.empty()) {
      return {.folder = folder, .is_there = true};
    }
  }
  auto target = fs::absolute(options.to.empty() ? data_home() / set.name : options.to).lexically_normal();
  if (!target.has_filename()) {  // "folder/"
    target = target.parent_path();
  }
  if (layout_of(set).is_complete(target)) {
    return {.folder = target, .is_there = true};
  }
  std::error_code error;
  if (fs::exists(target, error) && !fs::is_empty(target, error)) {
    throw Error(
        Message::kWriteFailed,
        {{"where", target.string()},
         {"reason", "it exists, and is not the whole set"},
         {"hint", fmt::format("move it away, or choose another folder: alexnet data fetch {} --to FOLDER", set.name)}});
  }
  return {.folder = target};
}

}  // namespace

std::filesystem::path fetch(const KnownSet& set, const FetchOptions& options, const LogSink& log) {
  const auto target = target_of(set, options);
  if (!target.is_there) {
    make_folder(target.folder.parent_path());
    Fetching(set, options, log, target.folder).run();
  }
  return target.folder;
}

FetchPlan plan_fetch(const KnownSet& set, const FetchOptions& options) {
  auto plan = target_of(set, options);
  if (plan.is_there) {
    return plan;
  }
  if (!options.from.empty()) {
    plan.sources.push_back(given_source(set, layout_of(set), options.from).string());
    return plan;
  }
  for (const auto& source : local_sources(set, layout_of(set))) {
    plan.sources.push_back(source.string());
  }
  auto bases = options.mirrors;
  bases.emplace_back();
  for (const auto& base : bases) {
    for (std::size_t i = 0; i < set.files.size(); ++i) {
      plan.sources.push_back(address_of(set, base, i));
    }
  }
  return plan;
}

}  // namespace alexnet
