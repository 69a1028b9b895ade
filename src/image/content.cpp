#include "image/content.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include <fmt/format.h>

namespace alexnet::detail {
namespace {

using namespace std::string_view_literals;

struct Signature {
  std::size_t offset;
  std::string_view magic;
  ImageFormat format;
  bool picture;
  std::string_view words;
  std::string_view convert;
};

constexpr std::string_view kMagick = "convert FILE[0] FILE.jpg  (Debian package imagemagick)";
constexpr std::string_view kHeif = "heif-convert FILE FILE.jpg  (Debian package libheif-examples)";
constexpr std::string_view kSvg = "rsvg-convert FILE -o FILE.png  (Debian package librsvg2-bin)";
constexpr std::string_view kJxl = "djxl FILE FILE.jpg  (Debian package libjxl-tools)";
constexpr std::string_view kNone = "";

// The first match counts. Brands of ISO media files stand behind "ftyp" at byte 4.
constexpr auto kSignatures = std::to_array<Signature>({
    {0, "\xFF\xD8\xFF"sv, ImageFormat::kJpeg, true, "a JPEG picture", kNone},
    {0, "\x89PNG\r\n\x1A\n"sv, ImageFormat::kPng, true, "a PNG picture", kNone},
    {8, "WEBP"sv, ImageFormat::kWebp, true, "a WebP picture", kNone},
    {0, "GIF87a"sv, ImageFormat::kGif, true, "a GIF picture", kMagick},
    {0, "GIF89a"sv, ImageFormat::kGif, true, "a GIF picture", kMagick},
    {0, "II*\0"sv, ImageFormat::kTiff, true, "a TIFF picture or a camera's raw file", kMagick},
    {0, "MM\0*"sv, ImageFormat::kTiff, true, "a TIFF picture or a camera's raw file", kMagick},
    {0, "II+\0"sv, ImageFormat::kTiff, true, "a BigTIFF picture", kMagick},
    {0, "MM\0+"sv, ImageFormat::kTiff, true, "a BigTIFF picture", kMagick},
    {4, "ftypavif"sv, ImageFormat::kAvif, true, "an AVIF picture", kHeif},
    {4, "ftypavis"sv, ImageFormat::kAvif, true, "an AVIF animation", kHeif},
    {4, "ftyphei"sv, ImageFormat::kHeic, true, "a HEIC picture", kHeif},
    {4, "ftyphev"sv, ImageFormat::kHeic, true, "a HEIC animation", kHeif},
    {4, "ftypmif1"sv, ImageFormat::kHeic, true, "a HEIF picture", kHeif},
    {4, "ftypmsf1"sv, ImageFormat::kHeic, true, "a HEIF animation", kHeif},
    {4, "ftypcrx"sv, ImageFormat::kUnknown, true, "a camera's raw file", kMagick},
    {0, "\0\0\0\x0CjP  "sv, ImageFormat::kUnknown, true, "a JPEG 2000 picture", kMagick},
    {0, "\xFF\x4F\xFF\x51"sv, ImageFormat::kUnknown, true, "a JPEG 2000 picture", kMagick},
    {0, "\0\0\0\x0CJXL "sv, ImageFormat::kUnknown, true, "a JPEG XL picture", kJxl},
    {0, "\xFF\x0A"sv, ImageFormat::kUnknown, true, "a JPEG XL picture", kJxl},
    {0, "8BPS"sv, ImageFormat::kUnknown, true, "a Photoshop file", kMagick},
    {0, "%PDF-"sv, ImageFormat::kPdf, false, "a PDF document", kNone},
    {4, "ftyp"sv, ImageFormat::kUnknown, false, "a film (MP4 or QuickTime)", kNone},
    {0, "PK\x03\x04"sv, ImageFormat::kUnknown, false, "a ZIP archive or an office document", kNone},
    {0, "\x1F\x8B"sv, ImageFormat::kUnknown, false, "a gzip archive", kNone},
    {0, "\0\x05\x16\x07"sv, ImageFormat::kUnknown, false, "notes of macOS about another file (AppleDouble)", kNone},
});

bool has_at(std::string_view text, std::size_t offset, std::string_view magic) {
  return text.size() >= offset && text.substr(offset).starts_with(magic);
}

bool looks_like_bmp(std::string_view text) {
  // "BM", size, two reserved zeros, offset, then the size of one of the known headers.
  return text.size() >= 26 && text.starts_with("BM") && text.substr(6, 4) == "\0\0\0\0"sv &&
         "\x0C\x28\x34\x38\x40\x6C\x7C"sv.find(text[14]) != std::string_view::npos && text.substr(15, 3) == "\0\0\0"sv;
}

/// No control characters but white space in the first kilobyte; bytes from 0x80 on may be letters of any encoding.
bool looks_like_text(std::string_view head) {
  return std::all_of(head.begin(), head.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 ? byte != 0x7F : byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f';
  });
}

Content text_content(std::string_view head) {
  std::string lower(head);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower.find("<!doctype html") != std::string::npos || lower.find("<html") != std::string::npos) {
    return {ImageFormat::kText, false, "an HTML page, perhaps an error page saved by a download", ""};
  }
  if (lower.find("<svg") != std::string::npos) {
    return {ImageFormat::kSvg, true, "an SVG drawing", std::string(kSvg)};
  }
  if (lower.starts_with("version https://git-lfs")) {
    return {ImageFormat::kText, false, "a pointer of Git LFS instead of the file (git lfs pull)", ""};
  }
  return {ImageFormat::kText, false, "text", ""};
}

}  // namespace

Content content_of(std::span<const std::byte> bytes) {
  if (bytes.empty()) {
    return {ImageFormat::kUnknown, false, "0 bytes", ""};
  }
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (const Signature& s : kSignatures) {
    if (has_at(text, s.offset, s.magic) && (s.format != ImageFormat::kWebp || text.starts_with("RIFF"))) {
      return {s.format, s.picture, std::string(s.words), std::string(s.convert)};
    }
  }
  if (looks_like_bmp(text)) {
    return {ImageFormat::kBmp, true, "a BMP picture", std::string(kMagick)};
  }
  const std::string_view head = text.substr(0, 1024);
  if (looks_like_text(head)) {
    return text_content(head);
  }
  if (head.find_first_not_of('\0') == std::string_view::npos) {
    return {ImageFormat::kUnknown, false, "zeros only", ""};
  }
  std::string first;
  for (const std::byte b : bytes.first(std::min<std::size_t>(bytes.size(), 8))) {
    first += fmt::format(" {:02x}", std::to_integer<unsigned>(b));
  }
  return {ImageFormat::kUnknown, false, "data of an unknown kind, beginning with" + first, ""};
}

}  // namespace alexnet::detail
