#include "alexnet/image/decode.h"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"

#include "image/fixtures.h"

namespace alexnet {
namespace {

using ::testing::AnyOf;
using ::testing::Eq;
using ::testing::HasSubstr;
using namespace std::string_view_literals;

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

/// The error of decoding; kCount when there is none.
Message message_of(std::span<const std::byte> bytes, const DecodeOptions& options = {}) {
  try {
    (void)decode_image(bytes, "rose.jpg", options);
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("rose.jpg"));
    return error.message();
  }
  return Message::kCount;
}

TEST(Decode, EqualsPillowForEveryKind) {
  // tests/data/image/decode.tsv: what the Pillow named there shows of each file (SHA-256 of the pixels).
  const auto rows = test::fixture_table("decode.tsv");
  ASSERT_GE(rows.size(), 50U);
  for (const auto& row : rows) {
    const Image image = load_image(test::fixture(row[0]));
    EXPECT_EQ(fmt::format("{} {} {}", image.width, image.height, image.channels),
              fmt::format("{} {} {}", row[4], row[5], row[6]))
        << row[0];
    EXPECT_EQ(test::digest(image.pixels), row[7]) << row[0];
  }
}

TEST(ReadImageInfo, SaysWhatTheHeaderSays) {
  for (const auto& row : test::fixture_table("decode.tsv")) {
    const ImageInfo info = read_image_info(read_file(test::fixture(row[0])), row[0]);
    EXPECT_EQ(fmt::format("{} {} {}", info.width, info.height, info.orientation),
              fmt::format("{} {} {}", row[1], row[2], row[3]))
        << row[0];
  }
  EXPECT_EQ(read_image_info(read_file(test::fixture("really_a_png.jpg")), "").format, ImageFormat::kPng);
  EXPECT_EQ(read_image_info(read_file(test::fixture("really_a_webp.png")), "").format, ImageFormat::kWebp);
}

TEST(ReadImageInfo, KnowsWhatIsUnusual) {
  for (const auto& row : test::fixture_table("decode.tsv")) {
    const ImageInfo info = read_image_info(read_file(test::fixture(row[0])), row[0]);
    const auto has = [&](std::string_view word) { return row[0].find(word) != std::string::npos; };
    EXPECT_EQ(info.cmyk, has("cmyk") || has("ycck")) << row[0];
    EXPECT_EQ(info.bits > 8, has("16")) << row[0];
    EXPECT_EQ(info.animated, has("animated")) << row[0];
  }
  // An APNG says so by a chunk acTL ahead of its pixels: here with an empty payload, behind the header of 33 bytes.
  auto bytes = read_file(test::fixture("rgb.png"));
  constexpr std::string_view kChunk("\0\0\0\0acTL\0\0\0\0", 12);
  const auto chunk = std::as_bytes(std::span(kChunk));
  bytes.insert(bytes.begin() + 33, chunk.begin(), chunk.end());
  EXPECT_TRUE(read_image_info(bytes, "").animated);
}

TEST(Decode, LeavesStoredOrientationWhenAsked) {
  // The eight files hold the same pixels; only their tags differ.
  const DecodeOptions stored{.apply_orientation = false};
  const Image first = load_image(test::fixture("orientation1.jpg"), stored);
  for (int tag = 2; tag <= 8; ++tag) {
    EXPECT_EQ(load_image(test::fixture(fmt::format("orientation{}.jpg", tag)), stored), first) << tag;
  }
}

TEST(Decode, EveryCutOfEveryFileIsAnErrorOrTheWholePicture) {
  for (const auto& row : test::fixture_table("decode.tsv")) {
    const std::vector<std::byte> whole = read_file(test::fixture(row[0]));
    const Image expected = decode_image(whole, row[0]);
    for (std::size_t length = 0; length < whole.size(); ++length) {
      // A copy of that length: the address sanitizer sees any read behind it.
      const std::vector<std::byte> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
      try {
        const Image image = decode_image(cut, row[0], {.apply_orientation = true});
        // Only what stands behind the pixels may be missing, and with it a tag that stands there.
        EXPECT_EQ(image.pixels.size(), expected.pixels.size()) << row[0] << " cut at " << length;
        if (row[0] != "orientation5_behind.png") {
          EXPECT_EQ(image, expected) << row[0] << " cut at " << length;
        }
      } catch (const Error& error) {
        EXPECT_THAT(error.message(), AnyOf(Eq(Message::kPhotoTruncated), Eq(Message::kPhotoUnreadable),
                                           Eq(Message::kPhotoNotPicture), Eq(Message::kPhotoEmpty)));
      }
    }
  }
}

TEST(Decode, SaysThatAHalfPhotoIsCutOff) {
  for (const char* name : {"rgb420.jpg", "rgb444.jpg", "rgb_progressive.jpg", "grey.jpg", "grey_progressive.jpg",
                           "cmyk_adobe.jpg", "rgb.png", "rgb_interlaced.png", "palette.png", "grey16.png", "lossy.webp",
                           "lossless.webp", "lossy_alpha.webp", "animated.webp"}) {
    const std::vector<std::byte> whole = read_file(test::fixture(name));
    for (const double part : {0.5, 0.9}) {
      const auto length = static_cast<std::size_t>(part * static_cast<double>(whole.size()));
      EXPECT_EQ(message_of(std::span(whole).first(length)), Message::kPhotoTruncated) << name << " " << part;
    }
  }
}

TEST(Decode, ToleratesBytesBehindThePicture) {
  for (const char* name : {"rgb420.jpg", "rgb_progressive.jpg", "rgb.png", "lossy.webp", "lossless.webp"}) {
    std::vector<std::byte> longer = read_file(test::fixture(name));
    const Image expected = decode_image(longer, name);
    longer.resize(longer.size() + 1000, std::byte{0x55});
    EXPECT_EQ(decode_image(longer, name), expected) << name;
  }
}

TEST(Decode, NamesDamageInside) {
  std::vector<std::byte> png = read_file(test::fixture("rgb.png"));
  png[png.size() / 2] ^= std::byte{0xFF};
  EXPECT_EQ(message_of(png), Message::kPhotoUnreadable);
  std::vector<std::byte> jpeg = read_file(test::fixture("rgb420.jpg"));
  const auto frame = std::search(jpeg.begin(), jpeg.end(), bytes_of("\xFF\xC0").begin(), bytes_of("\xFF\xC0").end());
  ASSERT_NE(frame, jpeg.end());
  *(frame + 4) = std::byte{12};  // bits a sample
  EXPECT_EQ(message_of(jpeg), Message::kPhotoUnreadable);
}

TEST(Decode, SaysThatAFileIsEmpty) { EXPECT_EQ(message_of({}), Message::kPhotoEmpty); }

TEST(Decode, RefusesTooManyPixelsBeforeDecoding) {
  for (const char* name : {"rgb420.jpg", "rgb.png", "lossy.webp"}) {  // 37 x 29 = 1073 pixels
    const std::vector<std::byte> bytes = read_file(test::fixture(name));
    EXPECT_EQ(message_of(bytes, {.max_pixels = 1072}), Message::kPhotoTooLarge) << name;
    EXPECT_EQ(message_of(bytes, {.max_pixels = 1073}), Message::kCount) << name;
  }
  // A header that asks for 65500 x 65500 pixels.
  std::vector<std::byte> jpeg = read_file(test::fixture("rgb420.jpg"));
  const auto frame = std::search(jpeg.begin(), jpeg.end(), bytes_of("\xFF\xC0").begin(), bytes_of("\xFF\xC0").end());
  ASSERT_NE(frame, jpeg.end());
  std::memcpy(&*(frame + 5), "\xFF\xDC\xFF\xDC", 4);
  EXPECT_EQ(message_of(jpeg), Message::kPhotoTooLarge);
}

struct Foreign {
  std::string_view bytes;
  ImageFormat format;
  Message message;
  const char* words;
};

const std::vector<Foreign>& foreign_files() {
  static const std::vector<Foreign> kFiles = {
      {"GIF89a\x01\0\x01\0\0\0\0;"sv, ImageFormat::kGif, Message::kPhotoFormatUnsupported, "GIF"},
      {"BM\x3A\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\x18\0"sv, ImageFormat::kBmp,
       Message::kPhotoFormatUnsupported, "BMP"},
      {"II*\0\x08\0\0\0"sv, ImageFormat::kTiff, Message::kPhotoFormatUnsupported, "TIFF"},
      {"MM\0*\0\0\0\x08"sv, ImageFormat::kTiff, Message::kPhotoFormatUnsupported, "TIFF"},
      {"\0\0\0\x18"
       "ftypheic\0\0\0\0"sv,
       ImageFormat::kHeic, Message::kPhotoFormatUnsupported, "HEIC"},
      {"\0\0\0\x1C"
       "ftypmif1\0\0\0\0"sv,
       ImageFormat::kHeic, Message::kPhotoFormatUnsupported, "HEIF"},
      {"\0\0\0\x20"
       "ftypavif\0\0\0\0"sv,
       ImageFormat::kAvif, Message::kPhotoFormatUnsupported, "AVIF"},
      {"<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>"sv, ImageFormat::kSvg,
       Message::kPhotoFormatUnsupported, "SVG"},
      {"\0\0\0\x0CjP  \r\n\x87\n"sv, ImageFormat::kUnknown, Message::kPhotoFormatUnsupported, "JPEG 2000"},
      {"\xFF\x0A\0\0"sv, ImageFormat::kUnknown, Message::kPhotoFormatUnsupported, "JPEG XL"},
      {"%PDF-1.7\n%\xE2\xE3"sv, ImageFormat::kPdf, Message::kPhotoNotPicture, "PDF"},
      {"Roses are red\n"sv, ImageFormat::kText, Message::kPhotoNotPicture, "text"},
      {"\xE7\x8E\xAB\xE7\x91\xB0\n"sv, ImageFormat::kText, Message::kPhotoNotPicture, "text"},
      {"  <!DOCTYPE html><title>404</title>"sv, ImageFormat::kText, Message::kPhotoNotPicture, "HTML"},
      {"version https://git-lfs.github.com/spec/v1\n"sv, ImageFormat::kText, Message::kPhotoNotPicture, "Git LFS"},
      {"\0\0\0\x18"
       "ftypmp42\0\0\0\0"sv,
       ImageFormat::kUnknown, Message::kPhotoNotPicture, "film"},
      {"PK\x03\x04\x14\0"sv, ImageFormat::kUnknown, Message::kPhotoNotPicture, "ZIP"},
      {"\0\x05\x16\x07\0\x02\0\0"sv, ImageFormat::kUnknown, Message::kPhotoNotPicture, "macOS"},
      {"\0\0\0\0\0\0"sv, ImageFormat::kUnknown, Message::kPhotoNotPicture, "zeros"},
      {"\x01\x02\x03\x04\x80"sv, ImageFormat::kUnknown, Message::kPhotoNotPicture, "01 02 03 04 80"},
      {"RIFF\x04\0\0\0WAVE"sv, ImageFormat::kUnknown, Message::kPhotoNotPicture, "unknown"},
  };
  return kFiles;
}

TEST(SniffFormat, GoesByContent) {
  for (const Foreign& file : foreign_files()) {
    EXPECT_EQ(sniff_format(bytes_of(file.bytes)), file.format) << file.words;
  }
  EXPECT_EQ(sniff_format(read_file(test::fixture("really_a_png.jpg"))), ImageFormat::kPng);
  EXPECT_EQ(sniff_format({}), ImageFormat::kUnknown);
}

TEST(Decode, SaysWhatAnotherFileLooksLike) {
  for (const Foreign& file : foreign_files()) {
    try {
      (void)decode_image(bytes_of(file.bytes), "rose.jpg");
      ADD_FAILURE() << file.words;
    } catch (const Error& error) {
      EXPECT_EQ(error.message(), file.message) << file.words;
      EXPECT_THAT(describe(error).expected, HasSubstr(file.words));
      EXPECT_FALSE(describe(error).hint.empty()) << file.words;
    }
  }
}

TEST(Decode, SaysHowToConvertAPhoneHeic) {
  try {
    (void)decode_image(bytes_of("\0\0\0\x18"
                                "ftypheic\0\0\0\0"sv),
                       "rose.heic");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(describe(error).hint, HasSubstr("heif-convert"));
  }
}

TEST(LoadImage, TakesNamesWithSpacesAndChineseCharacters) {
  const auto path = std::filesystem::path(testing::TempDir()) / "a rose \xE7\x8E\xAB\xE7\x91\xB0.jpg";
  std::filesystem::copy_file(test::fixture("rgb420.jpg"), path, std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(load_image(path), load_image(test::fixture("rgb420.jpg")));
  std::ofstream(path) << "not a photo";
  try {
    (void)load_image(path);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("a rose \xE7\x8E\xAB\xE7\x91\xB0.jpg"));
  }
  std::filesystem::remove(path);
}

TEST(HasPhotoExtension, IgnoresCase) {
  for (const char* name : {"a.jpg", "a.JPEG", "a.jpe", "dir/a b.Png", "a.WEBP"}) {
    EXPECT_TRUE(has_photo_extension(name)) << name;
  }
  for (const char* name : {"a.gif", "a", ".jpg", "a.jpg.txt", "jpg"}) {
    EXPECT_FALSE(has_photo_extension(name)) << name;
  }
}

TEST(ImageFormat, HasAName) {
  EXPECT_EQ(name_of(ImageFormat::kWebp), "WebP");
  EXPECT_EQ(name_of(ImageFormat::kPdf), "PDF");
}

}  // namespace
}  // namespace alexnet
