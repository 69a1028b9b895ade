#include "report/photo_sizes.h"

#include <algorithm>
#include <fstream>

#include "alexnet/core/error.h"
#include "alexnet/image/decode.h"

#include "core/text.h"

namespace alexnet::report {
namespace {

constexpr std::size_t kHead = std::size_t{1} << 18;  // of a file: its size stands behind what a camera wrote about it
constexpr int kTurned = 5;                           // EXIF orientations from here on lie on their side

using Size = std::array<int, 2>;

/// Nothing for a file whose head does not tell.
std::optional<Size> size_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<std::byte> head(kHead);
  file.read(reinterpret_cast<char*>(head.data()), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  try {
    const ImageInfo info = read_image_info(head, path.string());
    return info.orientation < kTurned ? Size{info.width, info.height} : Size{info.height, info.width};
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::int64_t area(const Size& size) { return static_cast<std::int64_t>(size[0]) * size[1]; }

}  // namespace

std::optional<PhotoSizes> photo_sizes(const Dataset& dataset) {
  if (const auto size = dataset.common_size()) {
    const Size same = {size->first, size->second};
    return PhotoSizes{static_cast<std::int64_t>(dataset.size()), same, same, same};
  }
  std::vector<Size> sizes;
  const std::size_t step = dataset.size() / kMostSizes + 1;
  sizes.reserve(dataset.size() / step + 1);
  for (std::size_t i = 0; i < dataset.size(); i += step) {
    if (const auto size = size_of(dataset.root() / dataset.items()[i].path)) {
      sizes.push_back(*size);
    }
  }
  if (sizes.empty()) {
    return std::nullopt;
  }
  std::ranges::stable_sort(sizes, {}, area);
  return PhotoSizes{static_cast<std::int64_t>(sizes.size()), sizes.front(), sizes[sizes.size() / 2], sizes.back()};
}

std::string size_words(const PhotoSizes& sizes, const Say& say) {
  const auto& [w0, h0] = sizes.smallest;
  const auto& [w1, h1] = sizes.median;
  const auto& [w2, h2] = sizes.largest;
  const auto photos = with_commas(sizes.photos);
  return sizes.smallest == sizes.largest ? say("each {} x {} pixels ({} photos)", w0, h0, photos)
                                         : say("from {} x {} to {} x {} pixels, half of them up to {} x {} ({} photos)",
                                               w0, h0, w2, h2, w1, h1, photos);
}

}  // namespace alexnet::report
