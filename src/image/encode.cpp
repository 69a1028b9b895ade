#include "alexnet/image/encode.h"

#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include <png.h>

// jpeglib.h needs size_t and FILE before it.
#include <fmt/format.h>
#include <jpeglib.h>

#include "alexnet/core/error.h"

namespace alexnet {
namespace {

void expect_encodable(const Image& image, const char* function, int largest_side) {
  if (image.width < 1 || image.height < 1 || image.width > largest_side || image.height > largest_side ||
      (image.channels != 1 && image.channels != 3)) {
    throw Error(Message::kWrongCall,
                {{"where", function},
                 {"expected", fmt::format("a picture of 1x1 to {0}x{0} with 1 or 3 channels", largest_side)},
                 {"got", fmt::format("{}x{}x{}", image.height, image.width, image.channels)}});
  }
}

/// libjpeg's compressor into a buffer that it allocates. An error jumps back into the step that ran, as in decoding.
class JpegWriter {
 public:
  JpegWriter() {
    encoder_.err = jpeg_std_error(&errors_);
    encoder_.client_data = this;
    errors_.error_exit = [](j_common_ptr info) {
      auto* self = static_cast<JpegWriter*>(info->client_data);
      info->err->format_message(info, self->reason_);
      std::longjmp(self->jump_, 1);
    };
    errors_.emit_message = [](j_common_ptr, int) {};
    errors_.output_message = [](j_common_ptr) {};
  }
  JpegWriter(const JpegWriter&) = delete;
  JpegWriter& operator=(const JpegWriter&) = delete;
  ~JpegWriter() {
    jpeg_destroy_compress(&encoder_);
    std::free(buffer_);
  }

  [[nodiscard]] std::vector<std::byte> encode(const Image& image, int quality) {
    if (!write(image, quality)) {
      throw Error(Message::kInternal, {{"where", "encode_jpeg"}, {"reason", reason_}});
    }
    const auto* bytes = reinterpret_cast<const std::byte*>(buffer_);
    return {bytes, bytes + size_};
  }

 private:
  bool write(const Image& image, int quality) {
    if (setjmp(jump_) != 0) {
      return false;
    }
    jpeg_create_compress(&encoder_);
    jpeg_mem_dest(&encoder_, &buffer_, &size_);
    encoder_.image_width = static_cast<JDIMENSION>(image.width);
    encoder_.image_height = static_cast<JDIMENSION>(image.height);
    encoder_.input_components = image.channels;
    encoder_.in_color_space = image.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&encoder_);
    jpeg_set_quality(&encoder_, quality, TRUE);
    jpeg_start_compress(&encoder_, TRUE);
    while (encoder_.next_scanline < encoder_.image_height) {
      // libjpeg's interface lacks a const; it does not write to the row.
      JSAMPROW row = const_cast<JSAMPROW>(image.row(static_cast<int>(encoder_.next_scanline)));
      jpeg_write_scanlines(&encoder_, &row, 1);
    }
    jpeg_finish_compress(&encoder_);
    return true;
  }

  jpeg_compress_struct encoder_{};
  jpeg_error_mgr errors_{};
  std::jmp_buf jump_{};
  char reason_[JMSG_LENGTH_MAX] = {};
  unsigned char* buffer_ = nullptr;
  unsigned long size_ = 0;
};

}  // namespace

std::vector<std::byte> encode_png(const Image& image) {
  expect_encodable(image, "encode_png", 1'000'000);
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  png.width = static_cast<png_uint_32>(image.width);
  png.height = static_cast<png_uint_32>(image.height);
  png.format = image.channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  std::size_t size = PNG_IMAGE_PNG_SIZE_MAX(png);  // an upper bound: one pass is enough
  std::vector<std::byte> out(size);
  if (png_image_write_to_memory(&png, out.data(), &size, 0, image.pixels.data(), 0, nullptr) == 0) {
    const std::string reason = png.message;
    png_image_free(&png);
    throw Error(Message::kInternal, {{"where", "encode_png"}, {"reason", reason}});
  }
  out.resize(size);
  return out;
}

std::vector<std::byte> encode_jpeg(const Image& image, int quality) {
  expect_encodable(image, "encode_jpeg", JPEG_MAX_DIMENSION);
  if (quality < 1 || quality > 100) {
    throw Error(Message::kWrongCall,
                {{"where", "encode_jpeg"}, {"expected", "a quality of 1 to 100"}, {"got", fmt::format("{}", quality)}});
  }
  return JpegWriter().encode(image, quality);
}

}  // namespace alexnet
