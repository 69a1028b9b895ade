#pragma once

#include <memory>
#include <string>

#include "alexnet/data/disk_cache.h"

#include "cli/console.h"

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's name
class App;
}

namespace alexnet::cli {

/// --disk-cache and --disk-cache-mib: where decoded and resized photos are kept from one command to the next.
struct CacheArguments {
  std::string folder = {};  ///< empty: cache_home(); "off": none
  int mib = 2048;

  void add_to(CLI::App& app);
  [[nodiscard]] std::shared_ptr<DiskCache> open() const;
  /// Warns where the disk stopped it. Called when the work is done.
  void report(Console& console, const DiskCache* cache) const;

 private:
  [[nodiscard]] std::string path() const;
};

}  // namespace alexnet::cli
