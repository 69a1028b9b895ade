#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "alexnet/core/error.h"
#include "alexnet/image/decode.h"
#include "alexnet/image/orientation.h"

/// Any bytes: a picture of the size that its header says, or one of our errors.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), size);
  const int orientation = alexnet::exif_orientation(bytes);
  if (orientation < 1 || orientation > 8) {
    std::abort();
  }
  try {
    const alexnet::ImageInfo info = alexnet::read_image_info(bytes, "fuzz");
    const alexnet::Image image = alexnet::decode_image(bytes, "fuzz", {.max_pixels = 1 << 18});
    const bool turned = info.orientation >= 5;
    if (image.width != (turned ? info.height : info.width) || image.height != (turned ? info.width : info.height)) {
      std::abort();
    }
  } catch (const alexnet::Error&) {
  }
  return 0;
}
