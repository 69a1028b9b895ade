#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "alexnet/image/decode.h"

namespace alexnet::detail {

/// What bytes look like, in the words of an error message.
struct Content {
  ImageFormat format = ImageFormat::kUnknown;
  bool picture = false;  ///< a picture, of whatever kind
  std::string words;     ///< "a HEIC picture", "an HTML page"
  std::string convert;   ///< a command that makes a JPEG or PNG of it; empty where there is none
};

[[nodiscard]] Content content_of(std::span<const std::byte> bytes);

}  // namespace alexnet::detail
