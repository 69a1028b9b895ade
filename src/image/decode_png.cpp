#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include <png.h>

#include "alexnet/core/error.h"

#include "image/codecs.h"
#include "image/exif.h"

namespace alexnet::detail {
namespace {

struct PngHandle {
  png_structp png = nullptr;
  png_infop info = nullptr;

  PngHandle() = default;
  PngHandle(const PngHandle&) = delete;
  PngHandle& operator=(const PngHandle&) = delete;
  ~PngHandle() { png_destroy_read_struct(&png, &info, nullptr); }
};

/// libpng over bytes in memory. As with JPEG, libpng's errors jump back into the step that ran; the steps have no
/// objects to destroy and say by false that they ended so.
class PngReader {
 public:
  explicit PngReader(const EncodedPhoto& photo) : photo_(photo) {
    handle_.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, fail, [](png_structp, png_const_charp) {});
    handle_.info = handle_.png != nullptr ? png_create_info_struct(handle_.png) : nullptr;
    if (handle_.info == nullptr) {
      throw Error(Message::kOutOfMemory, {{"where", std::string(photo.where)}, {"expected", "a PNG decoder"}});
    }
    check(read_header());
  }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;
  ~PngReader() = default;

  [[nodiscard]] PhotoHeader header() const {
    return {.width = static_cast<int>(png_get_image_width(handle_.png, handle_.info)),
            .height = static_cast<int>(png_get_image_height(handle_.png, handle_.info)),
            .bits = png_get_bit_depth(handle_.png, handle_.info),
            .animated = png_chunk(photo_.bytes, "acTL").has_value()};
  }

  [[nodiscard]] Image decode() {
    const PhotoHeader size = header();
    check_size(photo_, size.width, size.height);
    const bool colour = (png_get_color_type(handle_.png, handle_.info) & PNG_COLOR_MASK_COLOR) != 0;
    Image image(size.width, size.height, colour ? 3 : 1);
    std::vector<png_bytep> rows(static_cast<std::size_t>(image.height));
    for (int y = 0; y < image.height; ++y) {
      rows[static_cast<std::size_t>(y)] = image.row(y);
    }
    check(read_rows(rows, static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.channels)));
    return image;
  }

 private:
  static PngReader& reader(png_structp png) { return *static_cast<PngReader*>(png_get_io_ptr(png)); }

  [[noreturn]] static void fail(png_structp png, png_const_charp reason) {
    auto* self = static_cast<PngReader*>(png_get_error_ptr(png));
    std::snprintf(self->reason_, sizeof(self->reason_), "%s", reason);
    png_longjmp(png, 1);
  }

  static void read(png_structp png, png_bytep to, std::size_t count) {
    PngReader& self = reader(png);
    if (count > self.photo_.bytes.size() - self.at_) {
      self.truncated_ = true;
      png_error(png, "the file ends early");
    }
    std::memcpy(to, self.photo_.bytes.data() + self.at_, count);
    self.at_ += count;
  }

  void check(bool done) const {
    const std::string where(photo_.where);
    if (truncated_) {
      throw Error(Message::kPhotoTruncated, {{"where", where}});
    }
    if (!done) {
      throw Error(Message::kPhotoUnreadable, {{"where", where}, {"reason", reason_}});
    }
  }

  bool read_header() {
    if (setjmp(png_jmpbuf(handle_.png)) != 0) {
      return false;
    }
    png_set_read_fn(handle_.png, this, read);
    png_read_info(handle_.png, handle_.info);
    return true;
  }

  /// To 8-bit grey or RGB: palettes looked up, few-bit grey widened, 16 bits cut to the high byte, alpha dropped.
  bool read_rows(std::vector<png_bytep>& rows, std::size_t row_bytes) {
    if (setjmp(png_jmpbuf(handle_.png)) != 0) {
      return false;
    }
    const png_structp png = handle_.png;
    png_set_expand(png);
    png_set_strip_16(png);
    png_set_strip_alpha(png);
    png_set_interlace_handling(png);
    png_read_update_info(png, handle_.info);
    if (png_get_rowbytes(png, handle_.info) != row_bytes) {  // what libpng is about to write into each row
      png_error(png, "an unexpected pixel format");
    }
    png_read_image(png, rows.data());
    return true;
  }

  const EncodedPhoto& photo_;
  std::size_t at_ = 0;
  bool truncated_ = false;
  char reason_[128] = {};
  PngHandle handle_;
};

}  // namespace

Image decode_png(const EncodedPhoto& photo) { return PngReader(photo).decode(); }

PhotoHeader png_header(const EncodedPhoto& photo) { return PngReader(photo).header(); }

}  // namespace alexnet::detail
