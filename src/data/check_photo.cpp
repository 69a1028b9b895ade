#include "data/check_photo.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <fstream>
#include <new>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/image/decode.h"

#include "data/folder_layout.h"
#include "image/content.h"

namespace alexnet {
namespace {

/// A photo whose grey levels deviate by less (of 255, in each channel) shows nothing.
constexpr double kBlankDeviation = 2;
constexpr double kOddRatio = 4;

/// Why a photo cannot be used, as a finding without its file.
Finding fault_of(const Error& error) {
  const auto argument = [&](std::string_view name) {
    const auto& all = error.arguments();
    const auto found = std::ranges::find(all, name, [](const auto& a) { return a.first; });
    return found == all.end() ? std::string() : found->second;
  };
  switch (error.message()) {
    case Message::kPhotoEmpty:
      return {.kind = FindingKind::kEmptyFile};
    case Message::kPhotoTruncated:
      return {.kind = FindingKind::kTruncated};
    case Message::kPhotoNotPicture:
      return {.kind = FindingKind::kUnreadable, .detail = "it is " + argument("got")};
    case Message::kPhotoFormatUnsupported:
      return {.kind = FindingKind::kUnreadable,
              .detail = fmt::format("it is {}; {}", argument("got"), argument("convert"))};
    case Message::kPhotoTooLarge:
      return {.kind = FindingKind::kUnreadable, .detail = argument("got") + ", too large"};
    case Message::kPhotoUnreadable:
      return {.kind = FindingKind::kUnreadable, .detail = argument("reason")};
    default:
      return {.kind = FindingKind::kUnreadable, .detail = describe(error).what};
  }
}

/// Largest standard deviation of a channel over all pixels.
double deviation(const Image& image) {
  const auto channels = static_cast<std::size_t>(image.channels);
  const auto count = static_cast<double>(image.width) * image.height;
  double largest = 0;
  for (std::size_t c = 0; c < channels; ++c) {
    std::int64_t sum = 0;
    std::int64_t squares = 0;
    for (std::size_t i = c; i < image.pixels.size(); i += channels) {
      const std::int64_t value = image.pixels[i];
      sum += value;
      squares += value * value;
    }
    const double mean = static_cast<double>(sum) / count;
    largest = std::max(largest, std::sqrt(std::max(static_cast<double>(squares) / count - mean * mean, 0.0)));
  }
  return largest;
}

/// The format that the name promises; kUnknown where it promises none.
ImageFormat format_by_name(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (extension == ".png") {
    return ImageFormat::kPng;
  }
  if (extension == ".webp") {
    return ImageFormat::kWebp;
  }
  return has_photo_extension(path) ? ImageFormat::kJpeg : ImageFormat::kUnknown;
}

bool is_read(ImageFormat format) {
  return format == ImageFormat::kJpeg || format == ImageFormat::kPng || format == ImageFormat::kWebp;
}

/// What the header says that is worth knowing.
void judge_header(const ImageInfo& info, int min_side, CheckedPhoto& photo) {
  const auto add = [&](FindingKind kind, std::string detail, double order = 0) {
    photo.findings.push_back({.kind = kind, .files = {photo.path}, .detail = std::move(detail), .order = order});
  };
  const auto size = fmt::format("{} x {} pixels", info.width, info.height);
  const int side = std::min(info.width, info.height);
  if (side < min_side) {
    add(FindingKind::kTooSmall, size, side);
  }
  if (const double ratio = static_cast<double>(std::max(info.width, info.height)) / side; ratio > kOddRatio) {
    add(FindingKind::kOddShape, size, -ratio);
  }
  if (const auto named = format_by_name(photo.path); named != info.format) {
    add(FindingKind::kWrongExtension, fmt::format("it is a {} picture", name_of(info.format)));
  }
  if (info.orientation != 1) {
    add(FindingKind::kRotated, fmt::format("EXIF orientation {}", info.orientation));
  }
  if (info.cmyk) {
    add(FindingKind::kCmyk, "");
  }
  if (info.bits > 8) {
    add(FindingKind::kSixteenBit, fmt::format("{} bits a channel", info.bits));
  }
  if (info.animated) {
    add(FindingKind::kAnimated, "");
  }
}

void judge_pixels(const Image& image, CheckedPhoto& photo) {
  if (const double spread = deviation(image); spread < kBlankDeviation) {
    photo.findings.push_back({.kind = FindingKind::kBlank,
                              .files = {photo.path},
                              .detail = fmt::format("grey levels deviate by {:.1f} of 255", spread),
                              .order = spread});
  } else if (std::min(image.width, image.height) >= kThumbSide) {
    photo.print = make_thumbprint(image);
  }
}

}  // namespace

CheckedPhoto check_photo(const std::filesystem::path& folder, const std::string& path, int min_side) {
  CheckedPhoto photo{.path = path};
  try {
    const auto bytes = read_file(folder / path, kMaxPhotoBytes);
    photo.bytes = static_cast<std::int64_t>(bytes.size());
    const Image image = decode_image(bytes, path);
    judge_header(read_image_info(bytes, path), min_side, photo);
    judge_pixels(image, photo);
    photo.sha256 = sha256(bytes);
  } catch (const Error& error) {
    photo.findings = {fault_of(error)};
    photo.findings.front().files = {path};
  } catch (const std::bad_alloc&) {
    photo.findings = {{.kind = FindingKind::kUnreadable, .files = {path}, .detail = "not enough memory for it"}};
  }
  return photo;
}

Finding check_stray(const std::filesystem::path& folder, const std::string& path) {
  constexpr std::size_t kHead = 4096;
  std::array<char, kHead> head{};
  std::ifstream in(folder / path, std::ios::binary);
  in.read(head.data(), head.size());
  const auto bytes = std::as_bytes(std::span(head.data(), static_cast<std::size_t>(in.gcount())));
  if (bytes.empty()) {
    return {.kind = FindingKind::kStray, .files = {path}};
  }
  const auto content = detail::content_of(bytes);
  Finding finding{.kind = FindingKind::kStray, .files = {path}, .detail = content.words};
  if (has_photo_extension(path)) {
    finding.detail = "it lies in no class folder";
  } else if (is_read(content.format)) {
    finding.kind = FindingKind::kWrongExtension;
    finding.detail = fmt::format("it is {} but not named as one, so it is passed over", content.words);
    finding.order = -1;  // before those that are only named as another format
  } else if (content.picture && content.format != ImageFormat::kSvg) {
    finding.kind = FindingKind::kOtherFormat;
    finding.detail = fmt::format("it is {}; {}", content.words, content.convert);
  }
  return finding;
}

}  // namespace alexnet
