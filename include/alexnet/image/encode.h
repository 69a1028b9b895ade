#pragma once

#include <cstddef>
#include <vector>

#include "alexnet/image/image.h"

namespace alexnet {

[[nodiscard]] std::vector<std::byte> encode_png(const Image& image);
/// `quality` 1..100.
[[nodiscard]] std::vector<std::byte> encode_jpeg(const Image& image, int quality = 90);

}  // namespace alexnet
