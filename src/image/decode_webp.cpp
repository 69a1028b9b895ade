#include <algorithm>
#include <cstring>
#include <string>

#include <fmt/format.h>
#include <webp/decode.h>

#include "alexnet/core/error.h"

#include "image/codecs.h"
#include "image/exif.h"

namespace alexnet::detail {
namespace {

constexpr std::size_t kRiffHeader = 8;    // "RIFF" and the length of what follows
constexpr std::size_t kFrameHeader = 16;  // of an ANMF chunk: x, y, width, height, duration, flags

const std::uint8_t* data(Bytes bytes) { return reinterpret_cast<const std::uint8_t*>(bytes.data()); }

[[noreturn]] void throw_unreadable(const EncodedPhoto& photo, const std::string& reason) {
  throw Error(Message::kPhotoUnreadable, {{"where", std::string(photo.where)}, {"reason", reason}});
}

void check_status(const EncodedPhoto& photo, VP8StatusCode status) {
  if (status == VP8_STATUS_NOT_ENOUGH_DATA || status == VP8_STATUS_SUSPENDED) {
    throw Error(Message::kPhotoTruncated, {{"where", std::string(photo.where)}});
  }
  if (status != VP8_STATUS_OK) {
    throw_unreadable(photo, fmt::format("libwebp's status {}", static_cast<int>(status)));
  }
}

WebPBitstreamFeatures features_of(const EncodedPhoto& photo, Bytes stream) {
  WebPBitstreamFeatures features{};
  check_status(photo, WebPGetFeatures(data(stream), stream.size(), &features));
  return features;
}

/// Decodes `stream`, `width` x `height` as its header says, into the image from (left, top) on.
void decode_into(const EncodedPhoto& photo, Bytes stream, const WebPBitstreamFeatures& features, int left, int top,
                 Image& image) {
  WebPDecoderConfig config;
  if (WebPInitDecoderConfig(&config) == 0) {
    throw_unreadable(photo, "libwebp is of another version than its header");
  }
  const int stride = image.width * image.channels;
  config.output.colorspace = MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = image.row(top) + static_cast<std::ptrdiff_t>(left) * image.channels;
  config.output.u.RGBA.stride = stride;
  config.output.u.RGBA.size = static_cast<std::size_t>(stride) * static_cast<std::size_t>(features.height - 1) +
                              static_cast<std::size_t>(features.width) * static_cast<std::size_t>(image.channels);
  check_status(photo, WebPDecode(data(stream), stream.size(), &config));
}

/// The first frame on a black canvas: what it does not cover is transparent, and transparency is dropped.
void decode_first_frame(const EncodedPhoto& photo, Image& image) {
  const std::optional<Bytes> frame = riff_chunk(photo.bytes, "ANMF");
  if (!frame || frame->size() <= kFrameHeader) {
    throw_unreadable(photo, "an animation without a frame");
  }
  const auto left = static_cast<int>(2 * little_endian(*frame, 0, 3));
  const auto top = static_cast<int>(2 * little_endian(*frame, 3, 3));
  const Bytes stream = frame->subspan(kFrameHeader);
  const WebPBitstreamFeatures features = features_of(photo, stream);
  if (features.width > image.width - left || features.height > image.height - top) {
    throw_unreadable(photo, "its first frame does not lie inside the picture");
  }
  decode_into(photo, stream, features, left, top, image);
}

}  // namespace

Image decode_webp(const EncodedPhoto& photo) {
  // The format test has seen RIFF, length, WEBP. A lossless picture cut short is not told apart from a damaged one by
  // libwebp; the length is.
  if (little_endian(photo.bytes, 4, 4) > photo.bytes.size() - kRiffHeader) {
    throw Error(Message::kPhotoTruncated, {{"where", std::string(photo.where)}});
  }
  const WebPBitstreamFeatures features = features_of(photo, photo.bytes);
  check_size(photo, features.width, features.height);
  Image image(features.width, features.height, 3);
  if (features.has_animation != 0) {
    decode_first_frame(photo, image);
  } else {
    decode_into(photo, photo.bytes, features, 0, 0, image);
  }
  return image;
}

PhotoHeader webp_header(const EncodedPhoto& photo) {
  const WebPBitstreamFeatures features = features_of(photo, photo.bytes);
  return {.width = features.width, .height = features.height, .animated = features.has_animation != 0};
}

}  // namespace alexnet::detail
