#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "alexnet/core/tensor.h"

namespace alexnet {

/// A safetensors file: 8-byte little-endian length, JSON header, contiguous data. Source: docs/formats.md.
struct SafetensorsFile {
  std::map<std::string, Tensor> tensors;
  std::map<std::string, std::string> metadata;  ///< the header's __metadata__
};

/// Throws kFileMissing, kModelTruncated (expected and found bytes), kModelInvalid (reason): header over 100 MB, offsets
/// out of range, overlapping, with holes or unaligned, unknown element types, sizes that do not fit the shape.
[[nodiscard]] SafetensorsFile read_safetensors(const std::filesystem::path& path);
[[nodiscard]] SafetensorsFile parse_safetensors(std::span<const std::byte> bytes, const std::string& where);
/// Atomic; same content, same bytes (names sorted, larger element types first for alignment).
void write_safetensors(const std::filesystem::path& path, const std::map<std::string, const Tensor*>& tensors,
                       const std::map<std::string, std::string>& metadata);

}  // namespace alexnet
