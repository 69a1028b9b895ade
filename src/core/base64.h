#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace alexnet {

/// Bytes as text, as data URIs hold them (RFC 4648).
[[nodiscard]] std::string base64(std::span<const std::byte> bytes);

}  // namespace alexnet
