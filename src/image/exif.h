#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace alexnet::detail {

using Bytes = std::span<const std::byte>;

[[nodiscard]] std::uint32_t big_endian(Bytes bytes, std::size_t at, std::size_t count);
[[nodiscard]] std::uint32_t little_endian(Bytes bytes, std::size_t at, std::size_t count);

/// EXIF orientation of a file of the kind, 1 where it has none. They walk markers or chunks and never read past the
/// span.
[[nodiscard]] int jpeg_orientation(Bytes file);
[[nodiscard]] int png_orientation(Bytes file);
[[nodiscard]] int webp_orientation(Bytes file);

/// Payload of the first chunk called `name` (four characters) of a PNG file; a chunk that is cut ends the search.
[[nodiscard]] std::optional<Bytes> png_chunk(Bytes file, const char* name);
/// Payload of the first chunk called `name` (four characters) of a RIFF file, as much as the file holds of it.
[[nodiscard]] std::optional<Bytes> riff_chunk(Bytes file, const char* name);

}  // namespace alexnet::detail
