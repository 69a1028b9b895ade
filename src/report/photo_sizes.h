#pragma once

#include <optional>
#include <string>

#include "alexnet/data/dataset.h"
#include "alexnet/report/model_card.h"

#include "core/say.h"

namespace alexnet::report {

/// The sizes of the photos of a set as their files' heads give them, of kMostSizes of them at most, spread over the
/// set. Nothing where none can be read.
[[nodiscard]] std::optional<PhotoSizes> photo_sizes(const Dataset& dataset);
inline constexpr std::size_t kMostSizes = 2000;

/// "from 500 x 333 to 700 x 540 pixels, half of them up to ...".
[[nodiscard]] std::string size_words(const PhotoSizes& sizes, const Say& say);

}  // namespace alexnet::report
