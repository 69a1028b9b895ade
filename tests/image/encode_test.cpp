#include "alexnet/image/encode.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <gtest/gtest.h>

#include "alexnet/core/error.h"
#include "alexnet/image/decode.h"
#include "alexnet/image/resize.h"

#include "image/fixtures.h"

namespace alexnet {
namespace {

TEST(EncodePng, ComesBackTheSame) {
  for (const int channels : {1, 3}) {
    const Image image = test::generated(37, 19, channels);
    EXPECT_EQ(decode_image(encode_png(image), "memory"), image) << channels;
  }
  const Image pixel = test::generated(1, 1, 3);
  EXPECT_EQ(decode_image(encode_png(pixel), "memory"), pixel);
}

TEST(EncodeJpeg, ComesBackNearlyTheSame) {
  for (const int channels : {1, 3}) {
    const Image smooth = resize(test::generated(4, 3, channels), 64, 48, {.filter = Filter::kBicubic});
    const Image back = decode_image(encode_jpeg(smooth, 95), "memory");
    ASSERT_EQ(back.channels, channels);
    ASSERT_EQ(back.pixels.size(), smooth.pixels.size());
    double sum = 0;
    for (std::size_t i = 0; i < back.pixels.size(); ++i) {
      sum += std::abs(back.pixels[i] - smooth.pixels[i]);
    }
    EXPECT_LT(sum / static_cast<double>(back.pixels.size()), 4.0) << channels;
  }
}

TEST(EncodeJpeg, LowerQualityIsSmaller) {
  const Image image = test::generated(64, 64, 3);
  EXPECT_LT(encode_jpeg(image, 20).size(), encode_jpeg(image, 90).size());
}

TEST(Encode, SameInputSameBytes) {
  const Image image = test::generated(20, 20, 3);
  EXPECT_EQ(encode_png(image), encode_png(image));
  EXPECT_EQ(encode_jpeg(image), encode_jpeg(image));
}

TEST(Encode, RefusesWhatCannotBeAFile) {
  EXPECT_THROW((void)encode_png(Image{}), Error);
  EXPECT_THROW((void)encode_jpeg(Image{}), Error);
  EXPECT_THROW((void)encode_jpeg(test::generated(2, 2, 3), 0), Error);
  EXPECT_THROW((void)encode_jpeg(test::generated(2, 2, 3), 101), Error);
  EXPECT_THROW((void)encode_jpeg(test::generated(65501, 1, 1)), Error);
  EXPECT_THROW((void)encode_png(test::generated(2, 2, 2)), Error);
}

}  // namespace
}  // namespace alexnet
