#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "alexnet/core/log.h"

namespace alexnet {

/// A data set that the program knows by name.
struct KnownSet {
  std::string name;                    ///< "flowers17"
  std::string summary;                 ///< "1,360 photos of 17 kinds of flowers"
  std::vector<std::string> files;      ///< archives by their published names
  std::vector<std::string> addresses;  ///< one a file; empty = installed by the system (Debian package)
  std::string package;                 ///< Debian package that brings it, or empty
  std::string network;                 ///< preset that suits it
  std::int64_t bytes = 0;              ///< of the download
};

[[nodiscard]] const std::vector<KnownSet>& known_sets();
/// Throws kUnknownName with the nearest.
[[nodiscard]] const KnownSet& known_set(std::string_view name);

/// Where fetched sets lie: $ALEXNET_HOME, else $XDG_DATA_HOME/alexnet, else ~/.local/share/alexnet.
[[nodiscard]] std::filesystem::path data_home();

struct FetchOptions {
  std::filesystem::path from =
      {};                         ///< an archive or folder that the reader already has; else ALEXNET_DATA is looked in
  std::filesystem::path to = {};  ///< default: data_home()/name
  std::vector<std::string> mirrors = {};  ///< base addresses tried before the published one
  int timeout_seconds = 30;               ///< to connect, and without a byte
  std::function<void(std::string_view file, std::int64_t done, std::int64_t total)> progress = {};
};

/// Gets a set and returns its folder: from `from`, from $ALEXNET_DATA, or by download (resumed where a part lies
/// there). flowers17 is sorted into class folders and every photo checked against its SHA-256. Does nothing when it is
/// there already. Throws kDownloadFailed, kChecksumWrong, kArchiveInvalid, kDiskFull, kNoPermission.
std::filesystem::path fetch(const KnownSet& set, const FetchOptions& options = {}, const LogSink& log = {});

/// What `fetch` would do.
struct FetchPlan {
  std::filesystem::path folder;
  bool is_there = false;                  ///< nothing
  std::vector<std::string> sources = {};  ///< archives, folders and addresses, in the order of trial
};
/// Looks at the disk only. Throws what `fetch` would throw for a folder that holds something else.
[[nodiscard]] FetchPlan plan_fetch(const KnownSet& set, const FetchOptions& options = {});

/// The folder of a set that was fetched before (or is installed by the system), or an empty path.
[[nodiscard]] std::filesystem::path find_fetched(const KnownSet& set);

}  // namespace alexnet
