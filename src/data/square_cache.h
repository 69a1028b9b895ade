#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "alexnet/image/image.h"

namespace alexnet {

/// Prepared squares of one size by the number of their photo, up to a number of bytes: the first to come stay.
/// Threads: any; an entry never changes once it can be seen.
class SquareCache {
 public:
  SquareCache(std::size_t photos, std::int64_t square_bytes, std::int64_t cache_bytes);

  /// The square of a photo, or nullptr. Stays valid as long as the cache.
  [[nodiscard]] const Image* find(std::size_t photo) const;
  /// Keeps it where there is room.
  void keep(std::size_t photo, Image&& square);

 private:
  enum State : std::uint8_t { kAbsent, kBeingWritten, kThere };

  std::atomic<std::int64_t> room_;  // squares that may still be kept
  std::vector<Image> squares_;
  std::vector<std::atomic<State>> states_;
};

}  // namespace alexnet
