#include "alexnet/explain/heat_picture.h"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

#include "alexnet/backends/reference_backend.h"

#include "explain/small_model.h"

namespace alexnet::explain {
namespace {

using testing_support::model_of;

/// A pass of a photo of 200 x 100 of which the middle square is seen.
PhotoPass half_seen() {
  const Network network(
      {.name = "small",
       .input = {3, 10, 10},
       .layers = {Conv2D{.name = "c", .filters = 2, .kernel = 1}, Flatten{"flatten"}, Dense{"fc", 2}}});
  Model model = model_of(network, initial_weights(network, 1));
  model.geometry.mode = ResizeMode::kCrop;
  static const auto kBackend = make_reference_backend();
  PhotoPass pass(std::move(model), *kBackend);
  Image photo(200, 100, 3);
  std::fill(photo.pixels.begin(), photo.pixels.end(), std::uint8_t{100});
  pass.look(photo);
  return pass;
}

std::array<int, 3> colour_at(const Image& image, int x, int y) {
  const std::uint8_t* p = image.row(y) + static_cast<std::size_t>(x) * 3;
  return {p[0], p[1], p[2]};
}

// Margin 10, heading 15; the photo keeps its size; the second panel begins one margin on.
constexpr int kMapTop = 25;
constexpr int kLeft = 10;
constexpr int kSecond = 10 + 200 + 10;

TEST(HeatPicture, ColoursWhatTheNetworkSawAndPalesTheRest) {
  const auto pass = half_seen();
  const HeatMap map = {
      .width = 2, .height = 1, .lattice = {.x = 2.5, .y = 5, .step_x = 5}, .reach = 5, .values = {0, 4}};
  const Image image = heat_picture(pass, map, {.heading = "map", .largest = 4, .strength = 1});
  const auto colour = [](double share) {
    const auto c = charts::colour_of(charts::ScaleKind::kSequential, share);
    return std::array<int, 3>{c.red, c.green, c.blue};
  };
  EXPECT_EQ(colour_at(image, kLeft + 20, kMapTop + 50), (std::array{100, 100, 100})) << "the photo itself";
  EXPECT_EQ(colour_at(image, kSecond + 20, kMapTop + 50), (std::array{178, 178, 178})) << "halfway to white";
  EXPECT_EQ(colour_at(image, kSecond + 55, kMapTop + 50), colour(0));
  EXPECT_EQ(colour_at(image, kSecond + 145, kMapTop + 50), colour(1));
  // The outline stands just outside of columns 50 to 149.
  EXPECT_EQ(colour_at(image, kLeft + 49, kMapTop + 50), (std::array{0, 0, 0}));
  EXPECT_EQ(colour_at(image, kLeft + 150, kMapTop + 50), (std::array{0, 0, 0}));
  EXPECT_EQ(colour_at(image, kLeft + 50, kMapTop + 50), (std::array{100, 100, 100}));
}

TEST(HeatPicture, LeavesThePhotoGreyWhereTheMapHasNoValue) {
  const auto pass = half_seen();
  const HeatMap map = {.width = 1, .height = 1, .lattice = {.x = 5, .y = 5}, .reach = 2, .values = {4}};
  const Image image = heat_picture(pass, map, {.heading = "map", .largest = 4, .strength = 1});
  EXPECT_EQ(colour_at(image, kSecond + 60, kMapTop + 50), (std::array{100, 100, 100}));
  EXPECT_NE(colour_at(image, kSecond + 100, kMapTop + 50), (std::array{100, 100, 100}));
}

TEST(HeatPicture, OfNothingIsTheGreyPhoto) {
  const auto pass = half_seen();
  const HeatMap map = {.width = 1, .height = 1, .values = {0}};
  const Image image = heat_picture(pass, map, {.heading = "map", .largest = 0, .nothing = "no evidence"});
  EXPECT_EQ(colour_at(image, kSecond + 100, kMapTop + 50), (std::array{100, 100, 100}));
}

TEST(PhotoPicture, ShowsTheVeryPixelsOfTheCut) {
  const auto pass = half_seen();
  const Image image = photo_picture(pass);
  EXPECT_EQ(colour_at(image, kSecond + 239, kMapTop + 239), (std::array{100, 100, 100}))
      << "10 pixels 24 times as large";
  EXPECT_EQ(colour_at(image, kSecond + 241, kMapTop + 239), (std::array{255, 255, 255}));
}

}  // namespace
}  // namespace alexnet::explain
