#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

#include "alexnet/image/image.h"

namespace alexnet {

enum class ImageFormat { kUnknown, kJpeg, kPng, kWebp, kGif, kBmp, kTiff, kHeic, kAvif, kSvg, kText, kPdf };

/// The format by content, never by name.
[[nodiscard]] ImageFormat sniff_format(std::span<const std::byte> bytes);
[[nodiscard]] std::string_view name_of(ImageFormat format);
/// True for .jpg .jpeg .jpe .png .webp in any case: which files of a folder are taken for photos.
[[nodiscard]] bool has_photo_extension(const std::filesystem::path& path);

struct DecodeOptions {
  bool apply_orientation = true;  ///< EXIF tag of JPEG, PNG and WebP
  /// Pixels refused above this, before anything is decoded.
  std::int64_t max_pixels = 178'956'970;
};

/// Size and shape as the header says, nothing decoded.
struct ImageInfo {
  ImageFormat format = ImageFormat::kUnknown;
  int width = 0;
  int height = 0;
  int orientation = 1;    ///< EXIF 1..8
  int bits = 8;           ///< of a channel, as stored
  bool cmyk = false;      ///< four printing colours (or YCCK)
  bool animated = false;  ///< holds more than one frame; the first is decoded
};

/// JPEG, PNG or WebP bytes to RGB (or grey, where the file is grey), as Pillow's convert("RGB") / convert("L") has it:
/// CMYK and YCCK inverted, palette looked up, 16 bit by its high byte, alpha dropped, first frame of an animation.
/// `where` names the file in errors. Throws kPhotoEmpty, kPhotoNotPicture, kPhotoFormatUnsupported, kPhotoTruncated,
/// kPhotoUnreadable, kPhotoTooLarge. Threads: any.
[[nodiscard]] Image decode_image(std::span<const std::byte> bytes, std::string_view where,
                                 const DecodeOptions& options = {});
[[nodiscard]] ImageInfo read_image_info(std::span<const std::byte> bytes, std::string_view where);
/// read_file and decode_image.
[[nodiscard]] Image load_image(const std::filesystem::path& path, const DecodeOptions& options = {});

}  // namespace alexnet
