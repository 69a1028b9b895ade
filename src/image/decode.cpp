#include "alexnet/image/decode.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/image/orientation.h"

#include "image/codecs.h"
#include "image/content.h"
#include "image/exif.h"

namespace alexnet {
namespace {

struct Codec {
  ImageFormat format;
  Image (*decode)(const detail::EncodedPhoto&);
  detail::PhotoHeader (*read_header)(const detail::EncodedPhoto&);
  int (*orientation)(detail::Bytes);
};

constexpr std::array<Codec, 3> kCodecs = {{
    {ImageFormat::kJpeg, detail::decode_jpeg, detail::jpeg_header, detail::jpeg_orientation},
    {ImageFormat::kPng, detail::decode_png, detail::png_header, detail::png_orientation},
    {ImageFormat::kWebp, detail::decode_webp, detail::webp_header, detail::webp_orientation},
}};

/// What decodes the file; throws for everything that is not a photo we read.
const Codec& codec_for(const detail::EncodedPhoto& photo) {
  const std::string where(photo.where);
  if (photo.bytes.empty()) {
    throw Error(Message::kPhotoEmpty, {{"where", where}});
  }
  const detail::Content content = detail::content_of(photo.bytes);
  for (const Codec& codec : kCodecs) {
    if (codec.format == content.format) {
      return codec;
    }
  }
  if (content.picture) {
    throw Error(Message::kPhotoFormatUnsupported,
                {{"where", where}, {"got", content.words}, {"convert", content.convert}});
  }
  throw Error(Message::kPhotoNotPicture, {{"where", where}, {"got", content.words}});
}

}  // namespace

namespace detail {

void check_size(const EncodedPhoto& photo, std::int64_t width, std::int64_t height) {
  const std::string where(photo.where);
  if (width < 1 || height < 1) {
    throw Error(Message::kPhotoUnreadable,
                {{"where", where}, {"reason", fmt::format("its size is {}x{}", width, height)}});
  }
  if (width > photo.max_pixels / height) {
    throw Error(Message::kPhotoTooLarge, {{"where", where},
                                          {"expected", fmt::format("at most {} pixels", photo.max_pixels)},
                                          {"got", fmt::format("{} x {} (width x height)", width, height)}});
  }
}

}  // namespace detail

ImageFormat sniff_format(std::span<const std::byte> bytes) { return detail::content_of(bytes).format; }

std::string_view name_of(ImageFormat format) {
  static constexpr std::array<std::string_view, 12> kNames = {"unknown", "JPEG", "PNG",  "WebP", "GIF",  "BMP",
                                                              "TIFF",    "HEIC", "AVIF", "SVG",  "text", "PDF"};
  return kNames[static_cast<std::size_t>(format)];
}

bool has_photo_extension(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  static constexpr std::array<std::string_view, 5> kPhotos = {".jpg", ".jpeg", ".jpe", ".png", ".webp"};
  return std::find(kPhotos.begin(), kPhotos.end(), extension) != kPhotos.end();
}

Image decode_image(std::span<const std::byte> bytes, std::string_view where, const DecodeOptions& options) {
  const detail::EncodedPhoto photo{bytes, where, options.max_pixels};
  const Codec& codec = codec_for(photo);
  Image image = codec.decode(photo);
  const int orientation = options.apply_orientation ? codec.orientation(bytes) : 1;
  if (orientation != 1) {
    image = oriented(image, orientation);
  }
  return image;
}

ImageInfo read_image_info(std::span<const std::byte> bytes, std::string_view where) {
  const detail::EncodedPhoto photo{bytes, where};
  const Codec& codec = codec_for(photo);
  const detail::PhotoHeader header = codec.read_header(photo);
  return {codec.format, header.width, header.height,  codec.orientation(bytes),
          header.bits,  header.cmyk,  header.animated};
}

Image load_image(const std::filesystem::path& path, const DecodeOptions& options) {
  return decode_image(read_file(path), path.string(), options);
}

}  // namespace alexnet
