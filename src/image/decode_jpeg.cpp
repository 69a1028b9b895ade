#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <string>
#include <vector>

// jpeglib.h needs size_t and FILE before it.
#include <jerror.h>
#include <jpeglib.h>

#include "alexnet/core/error.h"

#include "image/codecs.h"

namespace alexnet::detail {
namespace {

/// A progressive file of a few kilobytes can ask for thousands of passes over a large picture; real ones have about 10.
constexpr int kMaxScans = 500;

struct Decompressor : jpeg_decompress_struct {
  Decompressor() : jpeg_decompress_struct{} {}
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;
  ~Decompressor() { jpeg_destroy_decompress(this); }
};

/// libjpeg's decompressor over bytes in memory. libjpeg reports an error by a call that must not return: it jumps back
/// into the step that ran. The steps are therefore functions without objects to destroy, and say by false that they
/// ended so.
class JpegReader {
 public:
  explicit JpegReader(const EncodedPhoto& photo) : photo_(photo) {
    decoder_.err = jpeg_std_error(&errors_);
    errors_.error_exit = [](j_common_ptr info) { reader(info).fail(info); };
    errors_.emit_message = [](j_common_ptr, int) {};
    errors_.output_message = [](j_common_ptr) {};
    decoder_.client_data = this;
    source_.init_source = [](j_decompress_ptr) {};
    source_.term_source = [](j_decompress_ptr) {};
    source_.fill_input_buffer = end_of_file;
    source_.skip_input_data = skip;
    source_.resync_to_restart = jpeg_resync_to_restart;
    source_.next_input_byte = reinterpret_cast<const JOCTET*>(photo.bytes.data());
    source_.bytes_in_buffer = photo.bytes.size();
    progress_.progress_monitor = limit_scans;
    check(create() && read_header());
  }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;
  ~JpegReader() = default;

  [[nodiscard]] PhotoHeader header() const {
    return {.width = static_cast<int>(decoder_.image_width),
            .height = static_cast<int>(decoder_.image_height),
            .bits = decoder_.data_precision,
            .cmyk = decoder_.num_components == 4};
  }

  [[nodiscard]] Image decode() {
    check_size(photo_, decoder_.image_width, decoder_.image_height);
    const auto [width, height, bits, cmyk, animated] = header();
    Image image(width, height, decoder_.num_components == 1 ? 1 : 3);
    std::vector<JSAMPLE> row(cmyk ? static_cast<std::size_t>(image.width) * 4 : 0);
    check(start() && read_rows(image, row));
    return image;
  }

 private:
  static JpegReader& reader(j_common_ptr info) { return *static_cast<JpegReader*>(info->client_data); }

  [[noreturn]] void fail(j_common_ptr info) {
    info->err->format_message(info, reason_);
    std::longjmp(jump_, 1);
  }

  /// libjpeg takes a cut file for a picture with a grey end and only warns; we note it and end the file for it.
  static boolean end_of_file(j_decompress_ptr info) {
    static constexpr JOCTET kEnd[] = {0xFF, JPEG_EOI};
    reader(reinterpret_cast<j_common_ptr>(info)).truncated_ = true;
    info->src->next_input_byte = kEnd;
    info->src->bytes_in_buffer = sizeof(kEnd);
    return TRUE;
  }

  static void skip(j_decompress_ptr info, long count) {
    const auto wanted = static_cast<std::size_t>(std::max(count, 0L));
    if (wanted > info->src->bytes_in_buffer) {
      end_of_file(info);
      return;
    }
    info->src->next_input_byte += wanted;
    info->src->bytes_in_buffer -= wanted;
  }

  static void limit_scans(j_common_ptr info) {
    JpegReader& self = reader(info);
    if (self.decoder_.input_scan_number > kMaxScans) {
      std::snprintf(self.reason_, sizeof(self.reason_), "more than %d scans", kMaxScans);
      std::longjmp(self.jump_, 1);
    }
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

  bool create() {
    if (setjmp(jump_) != 0) {
      return false;
    }
    jpeg_create_decompress(&decoder_);
    decoder_.src = &source_;
    decoder_.progress = &progress_;
    return true;
  }

  bool read_header() {
    if (setjmp(jump_) != 0) {
      return false;
    }
    return jpeg_read_header(&decoder_, TRUE) == JPEG_HEADER_OK;
  }

  /// libjpeg's defaults (JDCT_ISLOW, fancy upsampling, block smoothing): byte for byte what Pillow has.
  bool start() {
    if (setjmp(jump_) != 0) {
      return false;
    }
    switch (decoder_.num_components) {
      case 1:
        decoder_.out_color_space = JCS_GRAYSCALE;
        break;
      case 4:
        decoder_.out_color_space = JCS_CMYK;
        break;
      default:
        decoder_.out_color_space = JCS_RGB;
        break;
    }
    return jpeg_start_decompress(&decoder_) != FALSE;
  }

  bool read_rows(Image& image, std::vector<JSAMPLE>& cmyk) {
    if (setjmp(jump_) != 0) {
      return false;
    }
    while (decoder_.output_scanline < decoder_.output_height) {
      std::uint8_t* to = image.row(static_cast<int>(decoder_.output_scanline));
      JSAMPROW row = cmyk.empty() ? to : cmyk.data();
      jpeg_read_scanlines(&decoder_, &row, 1);
      if (!cmyk.empty()) {
        to_rgb(cmyk, to);
      }
    }
    return true;
  }

  /// Adobe stores CMYK inverted, and Pillow takes every file to be so: with the stored bytes
  /// R = k - k (255 - c) / 255, rounded; G and B likewise from m and y.
  static void to_rgb(const std::vector<JSAMPLE>& cmyk, std::uint8_t* rgb) {
    for (std::size_t i = 0; i < cmyk.size(); i += 4, rgb += 3) {
      const int k = cmyk[i + 3];
      for (std::size_t c = 0; c < 3; ++c) {
        const int t = k * (255 - cmyk[i + c]) + 128;
        rgb[c] = static_cast<std::uint8_t>(std::clamp(k - ((t + (t >> 8)) >> 8), 0, 255));
      }
    }
  }

  const EncodedPhoto& photo_;
  jpeg_error_mgr errors_{};
  jpeg_source_mgr source_{};
  jpeg_progress_mgr progress_{};
  Decompressor decoder_;
  std::jmp_buf jump_{};
  char reason_[JMSG_LENGTH_MAX] = {};
  bool truncated_ = false;
};

}  // namespace

Image decode_jpeg(const EncodedPhoto& photo) { return JpegReader(photo).decode(); }

PhotoHeader jpeg_header(const EncodedPhoto& photo) { return JpegReader(photo).header(); }

}  // namespace alexnet::detail
