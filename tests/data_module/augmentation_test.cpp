#include "alexnet/data/augmentation.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "alexnet/core/random.h"

#include "data/colour_jitter.h"
#include "data/turned_cut.h"
#include "data_module/photo_folder.h"

namespace alexnet {
namespace {

using testing_support::noise;
using Bytes = std::vector<std::uint8_t>;

Bytes jittered(Bytes pixels, int channels, const ColourFactors& factors) {
  jitter_colour(pixels, channels, factors);
  return pixels;
}

TEST(ColourJitter, BrightnessMultiplies) {
  EXPECT_EQ(jittered({0, 100, 101, 200}, 1, {.brightness = 1.5}), (Bytes{0, 150, 151, 255}));
  EXPECT_EQ(jittered({0, 100, 101, 200}, 1, {.brightness = 0.5}), (Bytes{0, 50, 50, 100}));
  EXPECT_EQ(jittered({3, 2, 1}, 3, {.brightness = 0}), (Bytes{0, 0, 0}));
}

TEST(ColourJitter, ContrastMovesAwayFromTheMean) {
  // mean 301 / 3 = 100.3, rounded 100
  EXPECT_EQ(jittered({0, 100, 201}, 1, {.contrast = 0.5}), (Bytes{50, 100, 150}));
  EXPECT_EQ(jittered({0, 100, 201}, 1, {.contrast = 1.5}), (Bytes{0, 100, 251}));
  EXPECT_EQ(jittered({0, 100, 201}, 1, {.contrast = 0}), (Bytes{100, 100, 100}));
  // Grey of (200, 100, 50) is 124, see below; its mean with that of (0, 0, 0) is 62.
  EXPECT_EQ(jittered({200, 100, 50, 0, 0, 0}, 3, {.contrast = 0}), Bytes(6, 62));
}

TEST(ColourJitter, SaturationMovesAwayFromGrey) {
  // (19595 x 200 + 38470 x 100 + 7471 x 50 + 32768) / 65536 = 124.7
  const Bytes pixel = {200, 100, 50};
  EXPECT_EQ(jittered(pixel, 3, {.saturation = 0}), (Bytes{124, 124, 124}));
  EXPECT_EQ(jittered(pixel, 3, {.saturation = 0.5}), (Bytes{162, 112, 87}));
  EXPECT_EQ(jittered(pixel, 3, {.saturation = 2}), (Bytes{255, 76, 0}));
  EXPECT_EQ(jittered({9, 200}, 1, {.saturation = 0}), (Bytes{9, 200}));
}

TEST(ColourJitter, KeepsItsOrder) {
  // Brightness 2 first: (200, 100, 50) -> (255, 200, 100), whose grey is 205.
  EXPECT_EQ(jittered({200, 100, 50}, 3, {.brightness = 2, .saturation = 0}), (Bytes{205, 205, 205}));
  EXPECT_EQ(jittered({200, 100, 50}, 3, {.brightness = 2, .contrast = 0}), (Bytes{205, 205, 205}));
}

Image grey_picture(int width, int height, Bytes pixels) {
  Image image(width, height, 1);
  image.pixels = std::move(pixels);
  return image;
}

Bytes turned(const Image& picture, const Geometry& geometry, const Cut& cut, double degrees) {
  Bytes out(static_cast<std::size_t>(geometry.width * geometry.height * geometry.channels));
  apply_turned_cut(picture, geometry, cut, degrees, out.data());
  return out;
}

TEST(TurnedCut, TurnsCounterClockwiseAndThenMirrors) {
  const Image picture = grey_picture(3, 3, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  const Geometry geometry{.channels = 1, .resize = 3, .width = 3, .height = 3};
  EXPECT_EQ(turned(picture, geometry, {}, 90), (Bytes{3, 6, 9, 2, 5, 8, 1, 4, 7}));
  EXPECT_EQ(turned(picture, geometry, {.flipped = true}, 90), (Bytes{9, 6, 3, 8, 5, 2, 7, 4, 1}));
  EXPECT_EQ(turned(picture, geometry, {}, 180), (Bytes{9, 8, 7, 6, 5, 4, 3, 2, 1}));
}

TEST(TurnedCut, InterpolatesBetweenFourPixels) {
  // v = 1 + x + 3 y; at 45 degrees the neighbours of the middle lie at 1 -+ 0.707 along both axes: 2.17, 7.83.
  const Image picture = grey_picture(3, 3, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  const Geometry row{.channels = 1, .resize = 3, .width = 3, .height = 1};
  EXPECT_EQ(turned(picture, row, {.top = 1}, 45), (Bytes{2, 5, 8}));
}

TEST(TurnedCut, TakesItsSurroundingsFromThePicture) {
  // The middle pixels of a cut of 2 x 2 out of 4 x 4, turned by 90 degrees, and by 45 where they lie on (1.5, 0.79).
  Image picture(4, 4, 1);
  for (std::size_t i = 0; i < 16; ++i) {
    picture.pixels[i] = static_cast<std::uint8_t>(10 * i);
  }
  const Geometry geometry{.channels = 1, .resize = 4, .width = 2, .height = 2};
  EXPECT_EQ(turned(picture, geometry, {.left = 1, .top = 1}, 90), (Bytes{60, 100, 50, 90}));
  // 10 x + 40 y at (1.5, 0.793), (2.207, 1.5), (0.793, 1.5), (1.5, 2.207)
  EXPECT_EQ(turned(picture, geometry, {.left = 1, .top = 1}, 45), (Bytes{47, 82, 68, 103}));
}

TEST(TurnedCut, MirrorsAtTheEdge) {
  // Corners lie 0.207 outside, where the pixel of the edge is repeated: the mean of two neighbours.
  const Image picture = grey_picture(2, 2, {10, 20, 30, 40});
  const Geometry geometry{.channels = 1, .resize = 2, .width = 2, .height = 2};
  EXPECT_EQ(turned(picture, geometry, {}, 45), (Bytes{15, 30, 20, 35}));
}

TEST(TurnedCut, ATurnByNothingIsTheCut) {
  const Image picture = noise(9, 9, 3, 5);
  const Geometry geometry{.resize = 9, .width = 6, .height = 5};
  for (const bool flipped : {false, true}) {
    const Cut cut{.left = 2, .top = 3, .flipped = flipped};
    Bytes expected(6 * 5 * 3);
    apply_cut(picture, geometry, cut, expected.data());
    EXPECT_EQ(turned(picture, geometry, cut, 0), expected);
  }
}

TEST(RandomPart, IsWhatItsDrawsSay) {
  RandomStream draws(5, Purpose::kCrop, 3, 9);
  const double area = 300 * 200 * (0.5 + 0.5 * draws.uniform());
  const double aspect = std::exp(std::log(0.75) + (std::log(4.0 / 3) - std::log(0.75)) * draws.uniform());
  const PixelBox part = random_part(300, 200, 0.5, {5, 3, 9});
  EXPECT_NEAR(part.width, std::sqrt(area * aspect), 0.5);
  EXPECT_NEAR(part.height, std::sqrt(area / aspect), 0.5);
  EXPECT_EQ(part.top, static_cast<int>(draws.below(200 - static_cast<std::uint64_t>(part.height) + 1)));
  EXPECT_EQ(part.left, static_cast<int>(draws.below(300 - static_cast<std::uint64_t>(part.width) + 1)));
}

TEST(RandomPart, StaysWithinItsLimits) {
  double least = 1;
  double largest = 0;
  for (std::uint32_t position = 0; position < 2000; ++position) {
    const PixelBox part = random_part(300, 200, 0.08, {1, 1, position});
    EXPECT_TRUE(part.left >= 0 && part.top >= 0 && part.left + part.width <= 300 && part.top + part.height <= 200);
    const double aspect = static_cast<double>(part.width) / part.height;
    EXPECT_TRUE(aspect > 0.73 && aspect < 1.37) << aspect;
    const double share = part.width * part.height / 60000.0;
    least = std::min(least, share);
    largest = std::max(largest, share);
  }
  EXPECT_NEAR(least, 0.08, 0.01);
  EXPECT_NEAR(largest, 0.89, 0.03);  // 267 x 200: the aspect's limit
}

TEST(RandomPart, FallsBackToTheMiddle) {
  // No part of the whole area has an aspect of at most 4/3 in a strip: round(10 x 4/3) = 13, (100 - 13) / 2 = 43.
  EXPECT_EQ(random_part(100, 10, 1, {}), (PixelBox{43, 0, 13, 10}));
  EXPECT_EQ(random_part(10, 100, 1, {}), (PixelBox{0, 43, 10, 13}));
  EXPECT_EQ(random_part(1, 1000, 1, {}), (PixelBox{0, 499, 1, 1}));
}

TEST(AugmentationSource, IsThePhotoForRandomResized) {
  const Geometry geometry{.mode = ResizeMode::kCrop, .resize = 10, .width = 8, .height = 8};
  const Augmentation resized{.crop = CropMode::kRandomResized};
  const Image small = noise(20, 31, 3, 1);
  EXPECT_EQ(augmentation_source(small, geometry, resized), small);
  EXPECT_EQ(augmentation_source(small, geometry, {}), prepare(small, geometry));
  const Image large = noise(63, 41, 3, 2);  // 20 x 63 / 41 = 30.7
  EXPECT_EQ(augmentation_source(large, geometry, resized), resize(large, 30, 20));
}

Bytes augmented(const Image& source, const Geometry& geometry, const PhotoDraw& draw) {
  Bytes out(static_cast<std::size_t>(geometry.width * geometry.height * geometry.channels));
  augment(source, geometry, draw, out.data());
  return out;
}

TEST(Augment, ResizesThePartThatWasDrawn) {
  const Image photo = noise(40, 30, 3, 3);
  const Geometry geometry{.resize = 9, .width = 8, .height = 7, .filter = Filter::kLanczos};
  const Image part = resize(crop(photo, 3, 4, 20, 15), 8, 7, {.filter = Filter::kLanczos});
  EXPECT_EQ(augmented(photo, geometry, {.part = {3, 4, 20, 15}, .cut = {.left = 1}}), part.pixels);
  EXPECT_EQ(augmented(photo, geometry, {.part = {3, 4, 20, 15}, .cut = {.left = 1, .flipped = true}}),
            flipped(part).pixels);
}

TEST(Augment, CutsAGreyHoleLast) {
  const Image photo = noise(4, 3, 3, 3);
  const Geometry geometry{.resize = 4, .width = 4, .height = 3};
  const Bytes out = augmented(photo, geometry, {.brightness = 0, .hole = {2, 1, 2, 1}});
  for (std::size_t pixel = 0; pixel < 12; ++pixel) {
    EXPECT_EQ(out[3 * pixel + 1], pixel == 6 || pixel == 7 ? 128 : 0) << pixel;
  }
}

TEST(DrawPhoto, HolesAreSquaresWithTheirMiddleAnywhere) {
  const Geometry geometry{.resize = 12, .width = 10, .height = 12};
  std::set<std::pair<int, int>> sizes;
  std::set<std::pair<int, int>> corners;
  for (std::uint32_t position = 0; position < 3000; ++position) {
    const PixelBox hole = draw_photo(geometry, {.cutout = 0.4}, 12, 12, {1, 1, position}).hole;
    sizes.emplace(hole.width, hole.height);
    corners.emplace(hole.left + hole.width, hole.top + hole.height);
    EXPECT_TRUE(hole.left >= 0 && hole.top >= 0 && hole.left + hole.width <= 10 && hole.top + hole.height <= 12);
  }
  EXPECT_EQ(sizes.size(), 9U);  // 4 x 4, less what lies outside: sides 2, 3 and 4
  EXPECT_EQ(corners.size(), 9U * 11U);
}

TEST(DrawPhoto, FactorsAreWithinTheirRangesAndApart) {
  const Geometry geometry{.resize = 8, .width = 8, .height = 8};
  const Augmentation augmentation{.rotation = 20, .brightness = 0.4, .contrast = 0.2, .saturation = 1};
  double least[4] = {1e9, 1e9, 1e9, 1e9};
  double most[4] = {-1e9, -1e9, -1e9, -1e9};
  for (std::uint32_t position = 0; position < 2000; ++position) {
    const PhotoDraw draw = draw_photo(geometry, augmentation, 8, 8, {1, 1, position});
    const double values[4] = {draw.rotation, draw.brightness, draw.contrast, draw.saturation};
    for (std::size_t i = 0; i < 4; ++i) {
      least[i] = std::min(least[i], values[i]);
      most[i] = std::max(most[i], values[i]);
    }
    // What one is set to does not change the others.
    const PhotoDraw fewer = draw_photo(geometry, {.contrast = 0.2}, 8, 8, {1, 1, position});
    EXPECT_EQ(fewer.contrast, draw.contrast);
    EXPECT_EQ(fewer.brightness, 1);
    EXPECT_EQ(fewer.rotation, 0);
  }
  const double expected_least[4] = {-20, 0.6, 0.8, 0};
  const double expected_most[4] = {20, 1.4, 1.2, 2};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_GE(least[i], expected_least[i]);
    EXPECT_LE(most[i], expected_most[i]);
    EXPECT_NEAR(least[i], expected_least[i], 0.01 * (expected_most[i] - expected_least[i]));
    EXPECT_NEAR(most[i], expected_most[i], 0.01 * (expected_most[i] - expected_least[i]));
  }
}

TEST(DrawPhoto, DependsOnSeedEpochAndPositionAlone) {
  const Geometry geometry{.resize = 8, .width = 6, .height = 6};
  const Augmentation all{.crop = CropMode::kRandomResized,
                         .flip = true,
                         .rotation = 20,
                         .brightness = 0.4,
                         .contrast = 0.2,
                         .saturation = 1,
                         .cutout = 0.2};
  const auto at = [&](const DrawPlace& place) { return draw_photo(geometry, all, 80, 60, place); };
  EXPECT_EQ(at({1, 2, 3}), at({1, 2, 3}));
  EXPECT_NE(at({1, 2, 3}), at({2, 2, 3}));
  EXPECT_NE(at({1, 2, 3}), at({1, 3, 3}));
  EXPECT_NE(at({1, 2, 3}), at({1, 2, 4}));
  EXPECT_EQ(draw_photo(geometry, {}, 80, 60, {1, 2, 3}), (PhotoDraw{.cut = centre_cut(geometry)}));
}

}  // namespace
}  // namespace alexnet
