#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace alexnet {

struct DownloadOptions {
  int timeout_seconds = 30;                                                  ///< to connect, and without a byte
  std::function<void(std::int64_t done, std::int64_t total)> progress = {};  ///< total 0: the server does not say
};

/// Gets `address` (http or https; redirects followed; proxies from the environment) into `target`. What arrives lies in
/// `target`.part until it is whole, and a later call goes on there when the server still has the same file. A
/// connection that is cut is taken up again as long as bytes arrive. What `progress` throws ends it and is thrown on.
/// Throws kDownloadFailed with the reason; kDiskFull, kNoPermission, kWriteFailed.
void download(const std::string& address, const std::filesystem::path& target, const DownloadOptions& options);

}  // namespace alexnet
