#include "data/photo_cache.h"

#include <utility>

namespace alexnet {

PhotoCache::PhotoCache(std::size_t photos, std::int64_t bytes) : room_(bytes), photos_(photos), states_(photos) {}

const Image* PhotoCache::find(std::size_t number) const {
  return states_[number].load(std::memory_order_acquire) == kThere ? &photos_[number] : nullptr;
}

bool PhotoCache::take_room(std::int64_t bytes) {
  auto room = room_.load(std::memory_order_relaxed);
  while (room >= bytes) {
    if (room_.compare_exchange_weak(room, room - bytes, std::memory_order_relaxed)) {
      return true;
    }
  }
  return false;
}

void PhotoCache::keep(std::size_t number, Image&& photo) {
  const auto bytes = static_cast<std::int64_t>(photo.pixels.size());
  if (room_.load(std::memory_order_relaxed) < bytes) {
    return;
  }
  auto expected = kAbsent;  // an item may stand twice in the list: one writer each
  if (!states_[number].compare_exchange_strong(expected, kBeingWritten, std::memory_order_relaxed)) {
    return;
  }
  if (!take_room(bytes)) {
    return;  // others took the last room
  }
  photos_[number] = std::move(photo);
  states_[number].store(kThere, std::memory_order_release);
}

}  // namespace alexnet
