#include "cli/cache_arguments.h"

#include <CLI/CLI.hpp>

#include "cli/options.h"

namespace alexnet::cli {
namespace {

constexpr const char* kOff = "off";

}  // namespace

void CacheArguments::add_to(CLI::App& app) {
  add_text(app,
           {"--disk-cache", "FOLDER|off", "where resized photos are kept for the next time",
            "$ALEXNET_CACHE, else ~/.cache/alexnet"},
           folder);
  add_whole(app, {"--disk-cache-mib", "N", "disk for resized photos, in MiB"}, mib, 1, 1 << 30);
}

std::string CacheArguments::path() const { return folder.empty() ? cache_home().string() : folder; }

std::shared_ptr<DiskCache> CacheArguments::open() const {
  return path() == kOff ? nullptr
                        : std::make_shared<DiskCache>(
                              DiskCacheOptions{.folder = path(), .bytes = static_cast<std::int64_t>(mib) << 20});
}

void CacheArguments::report(Console& console, const DiskCache* cache) const {
  if (const auto reason = cache != nullptr ? cache->stopped() : std::nullopt) {
    console.log(Severity::kWarning, Message::kWarnCacheStopped, {{"where", path()}, {"reason", *reason}});
  }
}

}  // namespace alexnet::cli
