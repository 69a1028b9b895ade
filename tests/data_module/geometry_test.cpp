#include <set>
#include <tuple>

#include <gtest/gtest.h>

#include "alexnet/data/augmentation.h"

#include "data_module/photo_folder.h"
#include "support/thrown.h"

namespace alexnet {
namespace {

using testing_support::argument;
using testing_support::message_of;
using testing_support::noise;
using testing_support::thrown;

Geometry window(int side, int size, ResizeMode mode = ResizeMode::kSquash) {
  return {.mode = mode, .resize = side, .width = size, .height = size};
}

TEST(Prepare, SquashWarpsWhateverTheAspect) {
  const auto photo = noise(31, 17, 3, 1);
  EXPECT_EQ(prepare(photo, window(12, 12)), resize(photo, 12, 12));
}

TEST(Prepare, GreyComesBeforeTheResize) {
  const auto photo = noise(31, 17, 3, 1);
  auto geometry = window(12, 12);
  geometry.channels = 1;
  EXPECT_EQ(prepare(photo, geometry), resize(with_channels(photo, 1), 12, 12));
}

TEST(Prepare, CropScalesTheShortSideAndTakesTheMiddle) {
  // torchvision: long = trunc(s x long / short) = trunc(16 x 31 / 17) = 29; offset round((29 - 16) / 2) = round(6.5)
  // = 6.
  const auto wide = noise(31, 17, 3, 1);
  EXPECT_EQ(prepare(wide, window(16, 16, ResizeMode::kCrop)), crop(resize(wide, 29, 16), 6, 0, 16, 16));
  const auto tall = noise(17, 31, 3, 2);
  EXPECT_EQ(prepare(tall, window(16, 16, ResizeMode::kCrop)), crop(resize(tall, 16, 29), 0, 6, 16, 16));
}

TEST(Prepare, CropOfASquareIsAResize) {
  const auto photo = noise(20, 20, 3, 1);
  EXPECT_EQ(prepare(photo, window(8, 8, ResizeMode::kCrop)), resize(photo, 8, 8));
}

TEST(Prepare, OnePixelFillsTheSquare) {
  for (const auto mode : {ResizeMode::kSquash, ResizeMode::kCrop}) {
    const auto photo = noise(1, 1, 3, 4);
    const auto prepared = prepare(photo, window(5, 5, mode));
    ASSERT_EQ(prepared.pixels.size(), 75U);
    for (std::size_t i = 0; i < prepared.pixels.size(); ++i) {
      EXPECT_EQ(prepared.pixels[i], photo.pixels[i % 3]);
    }
  }
}

TEST(Prepare, AStripOfAPhotoNeedsNoGigabytes) {
  // Without a bound the enlarged strip would be 224 x 44,800,000 pixels.
  const auto prepared = prepare(noise(1, 200'000, 3, 1), window(224, 224, ResizeMode::kCrop));
  EXPECT_EQ(prepared.width, 224);
  EXPECT_EQ(prepared.height, 224);
}

TEST(Prepare, RefusesAPhotoWithoutPixels) {
  EXPECT_EQ(message_of([] { static_cast<void>(prepare({}, window(8, 8, ResizeMode::kCrop))); }), Message::kWrongCall);
}

TEST(CentreCut, RoundsHalvesToEven) {
  // 58.5 -> 58, 59.5 -> 60 (torchvision's CenterCrop, Python's round).
  EXPECT_EQ(centre_cut(window(118, 1)).left, 58);
  EXPECT_EQ(centre_cut(window(120, 1)).left, 60);
  EXPECT_EQ(centre_cut(window(256, 224)).top, 16);
}

TEST(RandomCut, ReachesEveryPlaceAndBothSides) {
  const auto geometry = window(7, 5);
  std::set<std::pair<int, int>> places;
  int mirrored = 0;
  for (std::uint32_t position = 0; position < 400; ++position) {
    const auto cut = random_cut(geometry, {.crop = CropMode::kRandom, .flip = true}, {1, 2, position});
    places.emplace(cut.left, cut.top);
    mirrored += cut.flipped ? 1 : 0;
    EXPECT_TRUE(cut.left >= 0 && cut.left <= 2 && cut.top >= 0 && cut.top <= 2);
  }
  EXPECT_EQ(places.size(), 9U);
  EXPECT_NEAR(mirrored, 200, 50);  // 5 standard deviations
}

TEST(RandomCut, IsTheCentreWithoutAugmentation) {
  const auto cut = random_cut(window(256, 224), {}, {1, 2, 3});
  EXPECT_EQ(cut.left, 16);
  EXPECT_EQ(cut.top, 16);
  EXPECT_FALSE(cut.flipped);
}

TEST(RandomCut, DependsOnSeedEpochAndPositionAlone) {
  const auto geometry = window(256, 10);
  const auto at = [&](std::uint64_t seed, std::uint32_t epoch, std::uint32_t position) {
    const auto cut = random_cut(geometry, {.crop = CropMode::kRandom}, {seed, epoch, position});
    return std::pair(cut.left, cut.top);
  };
  EXPECT_EQ(at(1, 2, 3), at(1, 2, 3));
  EXPECT_NE(at(1, 2, 3), at(2, 2, 3));
  EXPECT_NE(at(1, 2, 3), at(1, 3, 3));
  EXPECT_NE(at(1, 2, 3), at(1, 2, 4));
}

// The 2012 code cuts 32 photos of a batch in the same place.
TEST(RandomCut, IsSharedByNeighbours) {
  const auto geometry = window(256, 10);
  const auto at = [&](std::uint32_t position) {
    const auto cut =
        random_cut(geometry, {.crop = CropMode::kRandom, .flip = true, .crop_share = 32}, {1, 2, position});
    return std::tuple(cut.left, cut.top, cut.flipped);
  };
  const auto alone = random_cut(geometry, {.crop = CropMode::kRandom, .flip = true}, {1, 2, 32});
  EXPECT_EQ(at(32), std::tuple(alone.left, alone.top, alone.flipped));
  for (std::uint32_t position = 33; position < 64; ++position) {
    EXPECT_EQ(at(position), at(32));
  }
  EXPECT_NE(at(31), at(32));
  EXPECT_NE(at(64), at(32));
}

TEST(ApplyCut, EqualsCropAndMirror) {
  const auto prepared = noise(9, 9, 3, 5);
  Geometry geometry{.resize = 9, .width = 4, .height = 6};
  std::vector<std::uint8_t> out(4 * 6 * 3);
  apply_cut(prepared, geometry, {.left = 3, .top = 2}, out.data());
  EXPECT_EQ(out, crop(prepared, 3, 2, 4, 6).pixels);
  apply_cut(prepared, geometry, {.left = 3, .top = 2, .flipped = true}, out.data());
  EXPECT_EQ(out, flipped(crop(prepared, 3, 2, 4, 6)).pixels);
}

TEST(ApplyCut, RefusesAWindowOutside) {
  const auto prepared = noise(9, 9, 3, 5);
  std::vector<std::uint8_t> out(4 * 4 * 3);
  EXPECT_EQ(message_of([&] { apply_cut(prepared, window(9, 4), {.left = 6}, out.data()); }), Message::kWrongCall);
  EXPECT_EQ(message_of([&] { apply_cut(prepared, window(9, 4), {.top = -1}, out.data()); }), Message::kWrongCall);
}

TEST(GeometryJson, ComesBackEqual) {
  const Geometry geometry{.channels = 1,
                          .mode = ResizeMode::kCrop,
                          .resize = 256,
                          .width = 227,
                          .height = 225,
                          .filter = Filter::kLanczos,
                          .apply_orientation = false};
  EXPECT_EQ(geometry_from_json(to_json(geometry)), geometry);
  EXPECT_EQ(geometry_from_json(to_json({})), Geometry{});
}

TEST(GeometryJson, RefusesWhatItDoesNotUnderstand) {
  for (const char* json :
       {"", "[]", "{", R"({"resize": 224.5})", R"({"resize": true})", R"({"resize": 1e300})", R"({"resize": 0})",
        R"({"resize": 999999})", R"({"width": -1})", R"({"resize": 100, "width": 101, "height": 100})",
        R"({"channels": 2})", R"({"mode": "stretch"})", R"({"filter": "sharp"})", R"({"size": 224})",
        R"({"apply_orientation": 1})"}) {
    EXPECT_EQ(message_of([&] { static_cast<void>(geometry_from_json(json)); }), Message::kFileFormat) << json;
  }
}

TEST(GeometryJson, NamesWhatIsWrong) {
  const auto error = thrown([] { static_cast<void>(geometry_from_json(R"({"filter": "sharp"})")); });
  ASSERT_TRUE(error);
  EXPECT_EQ(argument(*error, "got"), "sharp");
}

/// A photo whose red is its column and whose green is its row; both below 256.
Image ramp(int width, int height) {
  Image image(width, height, 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      image.row(y)[3 * x] = static_cast<std::uint8_t>(x);
      image.row(y)[3 * x + 1] = static_cast<std::uint8_t>(y);
    }
  }
  return image;
}

TEST(WindowOf, SaysWhereInThePhotoEachPixelOfTheCutLies) {
  struct Case {
    int width, height;
    ResizeMode mode;
  };
  // The last is a strip whose ends are cut off before it is scaled.
  for (const Case& c : {Case{120, 200, ResizeMode::kSquash}, Case{200, 120, ResizeMode::kCrop},
                        Case{121, 200, ResizeMode::kCrop}, Case{10, 240, ResizeMode::kCrop}}) {
    const Geometry geometry{.mode = c.mode, .resize = 100, .width = 60, .height = 80};
    const Cut cut{.left = 31, .top = 7};
    Image pixels(60, 80, 3);
    apply_cut(prepare(ramp(c.width, c.height), geometry), geometry, cut, pixels.pixels.data());
    const PhotoWindow window = window_of(geometry, cut, c.width, c.height);
    for (int y = 5; y < 80; y += 17) {
      for (int x = 5; x < 60; x += 13) {
        // A pixel's colour is its index, so its centre lies half a pixel behind it.
        EXPECT_NEAR(window.left + (x + 0.5) * window.width / 60 - 0.5, pixels.row(y)[3 * x], 1) << c.width << ' ' << x;
        EXPECT_NEAR(window.top + (y + 0.5) * window.height / 80 - 0.5, pixels.row(y)[3 * x + 1], 1)
            << c.height << ' ' << y;
      }
    }
  }
}

TEST(WindowOf, OfTheWholeSquareIsTheWholePhoto) {
  const auto squash = window_of(window(12, 12), {}, 31, 17);
  EXPECT_EQ(squash.left, 0);
  EXPECT_DOUBLE_EQ(squash.width, 31);
  EXPECT_DOUBLE_EQ(squash.height, 17);
  // 31 x 17 becomes 29 x 16, of which columns 6 to 21 are kept.
  const auto middle = window_of(window(16, 16, ResizeMode::kCrop), {}, 31, 17);
  EXPECT_DOUBLE_EQ(middle.left, 6 * 31.0 / 29);
  EXPECT_DOUBLE_EQ(middle.width, 16 * 31.0 / 29);
  EXPECT_DOUBLE_EQ(middle.height, 17);
}

}  // namespace
}  // namespace alexnet
