#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

#include "alexnet/data/loader.h"

namespace alexnet {

/// What a Loader makes windows from (augmentation_source): found in the disk cache, where it has one, else decoded.
/// Threads: any.
class SourceMaker {
 public:
  /// The references outlive it.
  SourceMaker(const Dataset& dataset, const std::vector<std::size_t>& items, const LoaderOptions& options);

  /// Of the photo items[photo]. Throws what Dataset::load throws.
  [[nodiscard]] Image make(std::size_t photo);

 private:
  [[nodiscard]] Image decode(std::size_t item) const;
  [[nodiscard]] std::string fresh_key(std::size_t item) const;
  /// The same, hashed once: as with what the memory holds, a photo's content is taken to stay while a Loader lives.
  [[nodiscard]] std::string key_of(std::size_t photo);

  const Dataset& dataset_;
  const std::vector<std::size_t>& items_;
  const LoaderOptions& options_;
  const Augmentation augmentation_;
  const bool cached_;
  const std::string facts_;
  std::mutex mutex_;
  std::vector<std::string> keys_;  // guarded by it; empty where not yet asked for
};

}  // namespace alexnet
