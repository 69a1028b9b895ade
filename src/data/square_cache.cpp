#include "data/square_cache.h"

#include <algorithm>
#include <utility>

namespace alexnet {

SquareCache::SquareCache(std::size_t photos, std::int64_t square_bytes, std::int64_t cache_bytes)
    : room_(std::max<std::int64_t>(cache_bytes, 0) / square_bytes), squares_(photos), states_(photos) {}

const Image* SquareCache::find(std::size_t photo) const {
  return states_[photo].load(std::memory_order_acquire) == kThere ? &squares_[photo] : nullptr;
}

void SquareCache::keep(std::size_t photo, Image&& square) {
  if (room_.load(std::memory_order_relaxed) <= 0) {
    return;
  }
  auto expected = kAbsent;  // an item may stand twice in the list: one writer each
  if (!states_[photo].compare_exchange_strong(expected, kBeingWritten, std::memory_order_relaxed)) {
    return;
  }
  if (room_.fetch_sub(1, std::memory_order_relaxed) <= 0) {
    return;  // others took the last room
  }
  squares_[photo] = std::move(square);
  states_[photo].store(kThere, std::memory_order_release);
}

}  // namespace alexnet
