#include "data/source_maker.h"

#include <utility>

namespace alexnet {

// Sets of pictures of one size are in the memory already: nothing is decoded for them. Views are cut from the square.
SourceMaker::SourceMaker(const Dataset& dataset, const std::vector<std::size_t>& items, const LoaderOptions& options)
    : dataset_(dataset),
      items_(items),
      options_(options),
      augmentation_(options.cuts.empty() ? options.augmentation : Augmentation{}),
      cached_(options.disk_cache != nullptr && !dataset.common_size()),
      facts_(cached_ ? source_facts(options.geometry, augmentation_) : ""),
      keys_(cached_ ? items.size() : 0) {}

Image SourceMaker::make(std::size_t photo) {
  const auto item = items_[photo];
  if (!cached_) {
    return decode(item);
  }
  const auto key = key_of(photo);
  if (auto found = options_.disk_cache->find(key)) {
    return std::move(*found);
  }
  Image source = decode(item);
  if (fresh_key(item) == key) {  // the file may have been replaced before it was decoded
    options_.disk_cache->keep(key, source);
  }
  return source;
}

Image SourceMaker::decode(std::size_t item) const {
  const auto& geometry = options_.geometry;
  return augmentation_source(dataset_.load(item, geometry.apply_orientation), geometry, augmentation_);
}

std::string SourceMaker::fresh_key(std::size_t item) const {
  return disk_cache_key(facts_, dataset_.content_hash(item));
}

std::string SourceMaker::key_of(std::size_t photo) {
  {
    const std::lock_guard lock(mutex_);
    if (!keys_[photo].empty()) {
      return keys_[photo];
    }
  }
  auto key = fresh_key(items_[photo]);
  const std::lock_guard lock(mutex_);
  keys_[photo] = key;
  return key;
}

}  // namespace alexnet
