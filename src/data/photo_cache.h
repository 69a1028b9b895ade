#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "alexnet/image/image.h"

namespace alexnet {

/// Prepared photos by number, up to a number of bytes: the first to come stay.
/// Threads: any; an entry never changes once it can be seen.
class PhotoCache {
 public:
  PhotoCache(std::size_t photos, std::int64_t bytes);

  /// The photo of a number, or nullptr. Stays valid as long as the cache.
  [[nodiscard]] const Image* find(std::size_t number) const;
  /// Keeps it where there is room.
  void keep(std::size_t number, Image&& photo);

 private:
  enum State : std::uint8_t { kAbsent, kBeingWritten, kThere };
  [[nodiscard]] bool take_room(std::int64_t bytes);

  std::atomic<std::int64_t> room_;  // bytes that may still be kept
  std::vector<Image> photos_;
  std::vector<std::atomic<State>> states_;
};

}  // namespace alexnet
