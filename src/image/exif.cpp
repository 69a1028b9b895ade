#include "image/exif.h"

#include <algorithm>
#include <cstring>

#include "alexnet/image/orientation.h"

namespace alexnet::detail {
namespace {

bool begins_with(Bytes bytes, const void* magic, std::size_t count) {
  return bytes.size() >= count && std::memcmp(bytes.data(), magic, count) == 0;
}

Bytes without_prefix(Bytes exif) { return begins_with(exif, "Exif\0\0", 6) ? exif.subspan(6) : exif; }

}  // namespace

std::uint32_t big_endian(Bytes bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
  }
  return value;
}

std::uint32_t little_endian(Bytes bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = count; i-- > 0;) {
    value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
  }
  return value;
}

int jpeg_orientation(Bytes file) {
  // Segments FF id length(2, counts itself) payload, from behind FF D8 to the first scan (DA) or the end (D9).
  std::size_t at = 2;
  while (at + 4 <= file.size() && file[at] == std::byte{0xFF}) {
    const auto id = std::to_integer<unsigned>(file[at + 1]);
    if (id == 0xFF) {  // fill byte
      ++at;
      continue;
    }
    const std::size_t length = big_endian(file, at + 2, 2);
    if (id == 0xDA || id == 0xD9 || length < 2 || length > file.size() - at - 2) {
      return 1;
    }
    const Bytes payload = file.subspan(at + 4, length - 2);
    if (id == 0xE1 && begins_with(payload, "Exif\0\0", 6)) {
      return exif_orientation(payload.subspan(6));
    }
    at += 2 + length;
  }
  return 1;
}

std::optional<Bytes> png_chunk(Bytes file, const char* name) {
  // Chunks length(4) type(4) payload crc(4) behind the 8 bytes of the signature.
  std::size_t at = 8;
  while (at + 12 <= file.size()) {
    const std::size_t length = big_endian(file, at, 4);
    if (length > file.size() - at - 12) {
      break;
    }
    if (std::memcmp(file.data() + at + 4, name, 4) == 0) {
      return file.subspan(at + 8, length);
    }
    at += 12 + length;
  }
  return std::nullopt;
}

int png_orientation(Bytes file) {
  const std::optional<Bytes> exif = png_chunk(file, "eXIf");
  return exif ? exif_orientation(without_prefix(*exif)) : 1;
}

std::optional<Bytes> riff_chunk(Bytes file, const char* name) {
  // Chunks type(4) length(4) payload, padded to an even length, behind "RIFF" length "WEBP".
  std::size_t at = 12;
  while (at + 8 <= file.size()) {
    const std::size_t length = little_endian(file, at + 4, 4);
    const Bytes rest = file.subspan(at + 8);
    if (std::memcmp(file.data() + at, name, 4) == 0) {
      return rest.first(std::min(length, rest.size()));
    }
    if (length >= rest.size()) {
      break;
    }
    at += 8 + length + length % 2;
  }
  return std::nullopt;
}

int webp_orientation(Bytes file) {
  const std::optional<Bytes> exif = riff_chunk(file, "EXIF");
  return exif ? exif_orientation(without_prefix(*exif)) : 1;
}

}  // namespace alexnet::detail
