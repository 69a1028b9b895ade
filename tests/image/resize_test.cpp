#include "alexnet/image/resize.h"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "alexnet/core/error.h"

#include "image/fixtures.h"

namespace alexnet {
namespace {

using test::generated;
using test::image_of;
using Pixels = std::vector<std::uint8_t>;

TEST(Resize, EqualsPillowOnGeneratedPictures) {
  // tests/data/image/resize.tsv: SHA-256 of what the Pillow named there makes of 27 pictures with 6 filters.
  const auto rows = test::fixture_table("resize.tsv");
  ASSERT_EQ(rows.size(), 27U * 6U);
  for (const auto& row : rows) {
    ASSERT_EQ(row.size(), 12U);
    const Image image = generated(std::stoi(row[0]), std::stoi(row[1]), std::stoi(row[2]));
    ResizeOptions options{.filter = filter_by_name(row[9]),
                          .box_left = std::stof(row[5]),
                          .box_top = std::stof(row[6]),
                          .box_right = std::stof(row[7]),
                          .box_bottom = std::stof(row[8])};
    const int width = std::stoi(row[3]);
    const int height = std::stoi(row[4]);
    const std::string name = row[9] + " " + row[0] + "x" + row[1] + "x" + row[2] + " to " + row[3] + "x" + row[4];
    EXPECT_EQ(test::digest(resize(image, width, height, options).pixels), row[10]) << name;
    options.pillow13_order = true;
    EXPECT_EQ(test::digest(resize(image, width, height, options).pixels), row[11] == "=" ? row[10] : row[11]) << name;
  }
}

TEST(Resize, GivesTheVectorsOfTheDocumentation) {
  // docs/numerics.md, "Resize": the row 0 50 100 150 200 250 255, any version of Pillow.
  const Image row = image_of(7, 1, 1, {0, 50, 100, 150, 200, 250, 255});
  const auto pixels = [&](Filter filter, int width) { return resize(row, width, 1, {.filter = filter}).pixels; };
  EXPECT_EQ(pixels(Filter::kBox, 3), (Pixels{25, 150, 253}));
  EXPECT_EQ(pixels(Filter::kBilinear, 3), (Pixels{43, 150, 241}));
  EXPECT_EQ(pixels(Filter::kHamming, 3), (Pixels{37, 150, 246}));
  EXPECT_EQ(pixels(Filter::kBicubic, 3), (Pixels{36, 151, 247}));
  EXPECT_EQ(pixels(Filter::kLanczos, 3), (Pixels{32, 153, 250}));
  EXPECT_EQ(pixels(Filter::kBox, 11), (Pixels{0, 0, 50, 100, 100, 150, 200, 200, 250, 255, 255}));
  EXPECT_EQ(pixels(Filter::kBilinear, 11), (Pixels{0, 23, 55, 86, 118, 150, 182, 214, 245, 253, 255}));
  EXPECT_EQ(pixels(Filter::kHamming, 11), (Pixels{0, 20, 50, 95, 111, 150, 189, 205, 250, 253, 255}));
  EXPECT_EQ(pixels(Filter::kBicubic, 11), (Pixels{0, 18, 55, 86, 118, 150, 182, 215, 247, 255, 255}));
  EXPECT_EQ(pixels(Filter::kLanczos, 11), (Pixels{0, 16, 56, 89, 117, 150, 181, 215, 247, 255, 254}));
}

TEST(Resize, KnowsBothOrdersOfPasses) {
  // docs/numerics.md, "Order of passes".
  const Image tall = generated(5, 9, 1);
  EXPECT_EQ(resize(tall, 4, 3, {.filter = Filter::kLanczos}).pixels,
            (Pixels{102, 150, 131, 94, 149, 86, 110, 119, 186, 125, 160, 168}));
  EXPECT_EQ(resize(tall, 4, 3, {.filter = Filter::kLanczos, .pillow13_order = true}).pixels,
            (Pixels{103, 150, 132, 94, 150, 86, 110, 118, 189, 125, 160, 168}));
}

TEST(Resize, TreatsChannelsAlike) {
  const Image grey = generated(53, 47, 1);
  for (const Filter filter : {Filter::kNearest, Filter::kBilinear, Filter::kLanczos}) {
    EXPECT_EQ(resize(with_channels(grey, 3), 31, 70, {.filter = filter}),
              with_channels(resize(grey, 31, 70, {.filter = filter}), 3));
  }
}

TEST(Resize, KeepsAnEvenPictureEven) {
  Image even(40, 30, 3);
  even.pixels.assign(even.pixels.size(), 137);
  for (const Filter filter : {Filter::kBox, Filter::kBilinear, Filter::kHamming, Filter::kBicubic, Filter::kLanczos}) {
    const Image out = resize(even, 23, 61, {.filter = filter});
    EXPECT_EQ(out.pixels, Pixels(23 * 61 * 3, 137)) << name_of(filter);
  }
}

TEST(Resize, RefusesEmptySizesAndBoxesOutside) {
  const Image image = generated(10, 8, 3);
  const auto message_of = [&](int width, int height, const ResizeOptions& options) {
    try {
      (void)resize(image, width, height, options);
    } catch (const Error& error) {
      return error.message();
    }
    return Message::kCount;
  };
  EXPECT_EQ(message_of(0, 5, {}), Message::kWrongCall);
  EXPECT_EQ(message_of(5, -1, {}), Message::kWrongCall);
  EXPECT_EQ(message_of(5, 5, {.box_left = -1, .box_right = 4, .box_bottom = 4}), Message::kWrongCall);
  EXPECT_EQ(message_of(5, 5, {.box_right = 10.5F, .box_bottom = 4}), Message::kWrongCall);
  EXPECT_EQ(message_of(5, 5, {.box_left = 3, .box_right = 3, .box_bottom = 4}), Message::kWrongCall);
  EXPECT_EQ(message_of(5, 5, {.box_top = NAN, .box_right = 3, .box_bottom = 4}), Message::kWrongCall);
  EXPECT_THROW((void)resize(Image{}, 5, 5), Error);
}

TEST(Thumbnail, KeepsTheShapeAndNeverEnlarges) {
  const auto size_of = [](int width, int height) {
    const Image small = thumbnail(Image(width, height, 3), 160);
    return std::pair(small.width, small.height);
  };
  EXPECT_EQ(size_of(500, 700), std::pair(114, 160));
  EXPECT_EQ(size_of(4000, 10), std::pair(160, 1));
  EXPECT_EQ(size_of(160, 28), std::pair(160, 28));
}

TEST(Filter, IsFoundByItsName) {
  for (const Filter filter :
       {Filter::kNearest, Filter::kBox, Filter::kBilinear, Filter::kHamming, Filter::kBicubic, Filter::kLanczos}) {
    EXPECT_EQ(filter_by_name(name_of(filter)), filter);
  }
}

TEST(Filter, NamesTheNearestForAWrongName) {
  try {
    (void)filter_by_name("bicubik");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), Message::kUnknownName);
    EXPECT_NE(describe(error).hint.find("bicubic"), std::string::npos);
  }
}

}  // namespace
}  // namespace alexnet
