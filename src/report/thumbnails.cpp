#include "report/thumbnails.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/image/decode.h"
#include "alexnet/image/encode.h"
#include "alexnet/image/resize.h"

#include "charts/text.h"

namespace alexnet::report {
namespace {

constexpr int kThumbnailSide = 160;
constexpr int kThumbnailQuality = 75;

}  // namespace

std::optional<Image> Thumbnails::load(const std::string& file) const {
  try {
    return thumbnail(load_image(folder_ / file), kThumbnailSide);
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::string Thumbnails::element(const Image& picture, const std::string& alternative) {
  auto data = base64(encode_jpeg(picture, kThumbnailQuality));
  if (data.size() > left_) {
    left_ = 0;  // a smaller one behind it would look like a choice
    return {};
  }
  left_ -= data.size();
  return fmt::format(R"(<img src="data:image/jpeg;base64,{}" width="{}" height="{}" alt="{}"/>)", data, picture.width,
                     picture.height, charts::detail::escaped(alternative));
}

Image difference_picture(const Image& a, const Image& b) {
  const Image first = with_channels(a, 1);
  const Image second = resize(with_channels(b, 1), a.width, a.height);
  Image out(a.width, a.height, 1);
  std::ranges::transform(first.pixels, second.pixels, out.pixels.begin(),
                         [](int x, int y) { return static_cast<std::uint8_t>(std::min(3 * std::abs(x - y), 255)); });
  return out;
}

}  // namespace alexnet::report
