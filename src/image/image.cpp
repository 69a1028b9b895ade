#include "alexnet/image/image.h"

#include <cstring>
#include <string>

#include <fmt/format.h>

#include "alexnet/core/error.h"

namespace alexnet {
namespace {

void expect_whole(const Image& image, const char* function) {
  const auto wanted = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) *
                      static_cast<std::size_t>(image.channels);
  if (image.width < 1 || image.height < 1 || (image.channels != 1 && image.channels != 3) ||
      image.pixels.size() != wanted) {
    throw Error(Message::kWrongCall, {{"where", function},
                                      {"expected", "a picture with 1 or 3 channels and as many bytes as its size says"},
                                      {"got", fmt::format("{}x{}x{} with {} bytes", image.height, image.width,
                                                          image.channels, image.pixels.size())}});
  }
}

}  // namespace

Image with_channels(const Image& image, int channels) {
  expect_whole(image, "with_channels");
  if (channels != 1 && channels != 3) {
    throw Error(Message::kWrongCall,
                {{"where", "with_channels"}, {"expected", "1 or 3 channels"}, {"got", std::to_string(channels)}});
  }
  if (channels == image.channels) {
    return image;
  }
  Image out(image.width, image.height, channels);
  const std::uint8_t* in = image.pixels.data();
  const auto count = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height);
  if (channels == 3) {
    for (std::size_t i = 0; i < count; ++i) {
      std::memset(&out.pixels[3 * i], in[i], 3);
    }
    return out;
  }
  // L = (19595 R + 38470 G + 7471 B + 2^15) / 2^16: ITU-R 601 luma in Pillow's fixed point.
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t sum = 19595U * in[3 * i] + 38470U * in[3 * i + 1] + 7471U * in[3 * i + 2] + 32768U;
    out.pixels[i] = static_cast<std::uint8_t>(sum >> 16);
  }
  return out;
}

Image crop(const Image& image, int left, int top, int width, int height) {
  expect_whole(image, "crop");
  if (left < 0 || top < 0 || width < 1 || height < 1 || width > image.width - left || height > image.height - top) {
    throw Error(Message::kWrongCall,
                {{"where", "crop"},
                 {"expected", fmt::format("a part of a picture of {}x{} (height x width)", image.height, image.width)},
                 {"got", fmt::format("{}x{} from row {}, column {}", height, width, top, left)}});
  }
  Image out(width, height, image.channels);
  const auto channels = static_cast<std::size_t>(image.channels);
  for (int y = 0; y < height; ++y) {
    std::memcpy(out.row(y), image.row(top + y) + static_cast<std::size_t>(left) * channels,
                static_cast<std::size_t>(width) * channels);
  }
  return out;
}

Image flipped(const Image& image) {
  expect_whole(image, "flipped");
  Image out(image.width, image.height, image.channels);
  const auto channels = static_cast<std::size_t>(image.channels);
  for (int y = 0; y < image.height; ++y) {
    const std::uint8_t* in = image.row(y) + static_cast<std::size_t>(image.width) * channels;
    std::uint8_t* to = out.row(y);
    for (int x = 0; x < image.width; ++x, to += channels) {
      in -= channels;
      std::memcpy(to, in, channels);
    }
  }
  return out;
}

}  // namespace alexnet
