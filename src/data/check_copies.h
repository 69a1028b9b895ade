#pragma once

#include <optional>
#include <vector>

#include "alexnet/data/check.h"
#include "alexnet/data/dataset.h"

#include "data/check_photo.h"

namespace alexnet {

/// A photo with the class and part that its folder says.
struct PlacedPhoto {
  CheckedPhoto photo;
  std::size_t label = 0;
  std::optional<Part> part = {};
};

/// Groups of photos that are equal or near copies of each other, as findings: kLeak, kTwoClasses, kNearDuplicate,
/// kDuplicate. `photos` by path. Compares all pairs, on `options.threads` threads.
[[nodiscard]] std::vector<Finding> find_copies(const std::vector<PlacedPhoto>& photos, const CheckOptions& options);

}  // namespace alexnet
