#include "report/photo_brightness.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "alexnet/core/error.h"

#include "core/text.h"
#include "core/words.h"

namespace alexnet::report {
namespace {

constexpr double kWhite = 255;
constexpr std::size_t kEdge = 20;  // one in so many lies below the low end, as many above the high one

double mean_grey(const Image& photo) {
  const Image grey = with_channels(photo, 1);
  const double sum = std::accumulate(grey.pixels.begin(), grey.pixels.end(), 0.0);
  return sum / kWhite / static_cast<double>(std::max<std::size_t>(grey.pixels.size(), 1));
}

}  // namespace

std::optional<PhotoBrightness> photo_brightness(const Dataset& dataset) {
  std::vector<double> means;
  const std::size_t step = dataset.size() / kMostBrightness + 1;
  means.reserve(dataset.size() / step + 1);
  for (std::size_t i = 0; i < dataset.size(); i += step) {
    try {
      means.push_back(mean_grey(dataset.load(i, false)));
    } catch (const Error&) {
      // A photo that cannot be read has no brightness.
    }
  }
  if (means.empty()) {
    return std::nullopt;
  }
  std::ranges::sort(means);
  const std::size_t edge = means.size() / kEdge;
  return PhotoBrightness{static_cast<std::int64_t>(means.size()), means[edge], means[means.size() - 1 - edge]};
}

std::string brightness_words(const PhotoBrightness& brightness, const Say& say) {
  return say("nine in ten from {} to {} of white on average ({} photos)", percent(brightness.low),
             percent(brightness.high), with_commas(brightness.photos));
}

}  // namespace alexnet::report
