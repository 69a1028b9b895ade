#include "alexnet/image/orientation.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace alexnet {
namespace {

/// Numbers of a TIFF block in its own byte order; callers check that they lie inside.
class TiffReader {
 public:
  TiffReader(std::span<const std::byte> bytes, bool little) : bytes_(bytes), little_(little) {}

  [[nodiscard]] std::uint32_t u16(std::size_t at) const {
    const std::uint32_t first = byte(at);
    const std::uint32_t second = byte(at + 1);
    return little_ ? first | second << 8 : first << 8 | second;
  }
  [[nodiscard]] std::uint32_t u32(std::size_t at) const {
    return little_ ? u16(at) | u16(at + 2) << 16 : u16(at) << 16 | u16(at + 2);
  }

 private:
  [[nodiscard]] std::uint32_t byte(std::size_t at) const { return std::to_integer<std::uint32_t>(bytes_[at]); }

  std::span<const std::byte> bytes_;
  bool little_;
};

constexpr std::size_t kHeaderBytes = 8;
constexpr std::size_t kEntryBytes = 12;
constexpr std::uint32_t kOrientationTag = 0x0112;
constexpr std::uint32_t kShort = 3;
constexpr std::uint32_t kLong = 4;

/// O[y][x] = S[first + y step_y + x step_x], counted in pixels of S.
struct Walk {
  std::ptrdiff_t first;
  std::ptrdiff_t step_x;
  std::ptrdiff_t step_y;
};

/// In tiles: a turned picture is read down its columns, and neighbouring columns share cache lines and pages.
template <std::size_t kChannels>
void copy_pixels(const Image& from, const Walk& walk, Image& to) {
  constexpr int kTile = 32;
  for (int top = 0; top < to.height; top += kTile) {
    for (int left = 0; left < to.width; left += kTile) {
      const int right = std::min(left + kTile, to.width);
      for (int y = top; y < std::min(top + kTile, to.height); ++y) {
        std::uint8_t* out = to.row(y) + static_cast<std::size_t>(left) * kChannels;
        const std::uint8_t* in = from.pixels.data();
        for (int x = left; x < right; ++x, out += kChannels) {
          std::memcpy(out, in + (walk.first + y * walk.step_y + x * walk.step_x) * std::ptrdiff_t{kChannels},
                      kChannels);
        }
      }
    }
  }
}

}  // namespace

int exif_orientation(std::span<const std::byte> tiff) {
  if (tiff.size() < kHeaderBytes) {
    return 1;
  }
  const bool little = std::memcmp(tiff.data(), "II*\0", 4) == 0;
  if (!little && std::memcmp(tiff.data(), "MM\0*", 4) != 0) {
    return 1;
  }
  const TiffReader reader(tiff, little);
  const std::size_t directory = reader.u32(4);
  if (directory > tiff.size() - 2) {
    return 1;
  }
  // The entries of the first directory that really are there; its count alone proves nothing.
  const std::size_t count = std::min<std::size_t>(reader.u16(directory), (tiff.size() - directory - 2) / kEntryBytes);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t entry = directory + 2 + i * kEntryBytes;
    if (reader.u16(entry) != kOrientationTag) {
      continue;
    }
    const std::uint32_t type = reader.u16(entry + 2);
    if (reader.u32(entry + 4) != 1 || (type != kShort && type != kLong)) {
      return 1;
    }
    const std::uint32_t value = type == kShort ? reader.u16(entry + 8) : reader.u32(entry + 8);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

Image oriented(const Image& image, int orientation) {
  if (orientation < 2 || orientation > 8) {
    return image;
  }
  // Tags 5 to 8 exchange rows and columns; a mirrored axis starts at its far end and runs backwards.
  const bool swapped = orientation >= 5;
  const bool from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool from_bottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const std::ptrdiff_t w = image.width;
  const std::ptrdiff_t h = image.height;
  const std::ptrdiff_t along_row = from_right ? -1 : 1;
  const std::ptrdiff_t along_column = from_bottom ? -w : w;
  const Walk walk{(from_right ? w - 1 : 0) + (from_bottom ? (h - 1) * w : 0), swapped ? along_column : along_row,
                  swapped ? along_row : along_column};
  Image out(swapped ? image.height : image.width, swapped ? image.width : image.height, image.channels);
  if (image.channels == 1) {
    copy_pixels<1>(image, walk, out);
  } else {
    copy_pixels<3>(image, walk, out);
  }
  return out;
}

}  // namespace alexnet
