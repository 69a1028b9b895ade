#include "alexnet/image/image.h"

#include <gtest/gtest.h>

#include "alexnet/core/error.h"

#include "image/fixtures.h"

namespace alexnet {
namespace {

using test::generated;
using test::image_of;

TEST(Image, HoldsAByteForEachChannel) {
  const Image image(4, 3, 3);
  EXPECT_EQ(image.pixels.size(), 36U);
  EXPECT_EQ(image.row(2) - image.row(0), 24);
}

TEST(WithChannels, RepeatsGrey) {
  EXPECT_EQ(with_channels(image_of(2, 1, 1, {7, 200}), 3), image_of(2, 1, 3, {7, 7, 7, 200, 200, 200}));
}

TEST(WithChannels, MakesGreyAsPillowDoes) {
  // Pillow 12.3.0: Image.convert("L") of these four pixels.
  const Image rgb = image_of(4, 1, 3, {255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 200, 99});
  EXPECT_EQ(with_channels(rgb, 1).pixels, (std::vector<std::uint8_t>{76, 150, 29, 132}));
}

TEST(WithChannels, KeepsWhatFits) {
  const Image image = generated(5, 4, 3);
  EXPECT_EQ(with_channels(image, 3), image);
}

TEST(WithChannels, RefusesOtherCounts) { EXPECT_THROW((void)with_channels(generated(2, 2, 3), 4), Error); }

TEST(WithChannels, RefusesAnImageWhoseBytesDoNotFitItsSize) {
  Image image(4, 4, 3);
  image.pixels.pop_back();
  EXPECT_THROW((void)with_channels(image, 1), Error);
}

TEST(Crop, CutsOutThePart) {
  const Image image = image_of(3, 2, 1, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(crop(image, 1, 0, 2, 2), image_of(2, 2, 1, {2, 3, 5, 6}));
  EXPECT_EQ(crop(image, 0, 0, 3, 2), image);
}

TEST(Crop, RefusesPartsOutside) {
  const Image image = generated(10, 5, 3);
  for (const auto& [left, top, width, height] : {std::tuple{-1, 0, 2, 2},
                                                 {0, -1, 2, 2},
                                                 {9, 0, 2, 2},
                                                 {0, 4, 2, 2},
                                                 {0, 0, 0, 2},
                                                 {0, 0, 2, 0},
                                                 {2'000'000'000, 0, 2'000'000'000, 1}}) {
    try {
      (void)crop(image, left, top, width, height);
      FAIL() << left << " " << top << " " << width << " " << height;
    } catch (const Error& error) {
      EXPECT_EQ(error.message(), Message::kWrongCall);
    }
  }
}

TEST(Flipped, MirrorsLeftRight) {
  EXPECT_EQ(flipped(image_of(2, 2, 3, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})),
            image_of(2, 2, 3, {4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9}));
  EXPECT_EQ(flipped(image_of(3, 1, 1, {1, 2, 3})), image_of(3, 1, 1, {3, 2, 1}));
}

TEST(Flipped, TwiceIsTheSame) {
  const Image image = generated(7, 5, 3);
  EXPECT_EQ(flipped(flipped(image)), image);
}

}  // namespace
}  // namespace alexnet
