#pragma once

#include <optional>
#include <string>

#include "alexnet/data/dataset.h"
#include "alexnet/report/model_card.h"

#include "core/say.h"

namespace alexnet::report {

/// Of kMostBrightness photos at most, spread over the set, each opened. Nothing where none can be read.
[[nodiscard]] std::optional<PhotoBrightness> photo_brightness(const Dataset& dataset);
inline constexpr std::size_t kMostBrightness = 200;

/// "nine in ten from 23.1 % to 71.0 % of white on average (200 photos)"
[[nodiscard]] std::string brightness_words(const PhotoBrightness& brightness, const Say& say);

}  // namespace alexnet::report
