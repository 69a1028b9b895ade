#include "alexnet/explain/patches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "alexnet/backends/cpu_backend.h"
#include "alexnet/backends/reference_backend.h"
#include "alexnet/core/files.h"
#include "alexnet/explain/album.h"
#include "alexnet/image/decode.h"
#include "alexnet/models/models.h"

#include "explain/patch_pictures.h"
#include "explain/small_model.h"
#include "support/temporary_folder.h"
#include "support/tiny.h"

namespace alexnet::explain {
namespace {

using ::testing::ElementsAre;
using ::testing::Pointwise;
using testing_support::GivenPhotos;
using testing_support::grey;
using testing_support::model_of;
using testing_support::noise_photo;
using testing_support::set;
using testing_support::set_of;
using testing_support::TemporaryFolder;
using testing_support::tiny_network;
using testing_support::TinyDataset;

/// Grey photos of 6x6, maps of 3x3: unit 0 is the pixel at the field's corner, unit 1 its negative, unit 2 less.
Model corner() {
  Network network(
      {.name = "corner",
       .input = {1, 6, 6},
       .layers = {Normalize{.name = "normalize", .scale = 1}, Conv2D{.name = "conv1", .filters = 3, .kernel = 4},
                  ReLU{"relu1"}, Flatten{"flatten"}, Dense{"fc", 2}}});
  Weights weights = initial_weights(network, 1);
  std::vector<float> filters(48);
  filters[0] = 1;
  filters[16] = -1;
  filters[32] = -1;
  set(weights, "conv1.weight", filters);
  set(weights, "conv1.bias", {0, 0, -1});
  return model_of(network, weights);
}

Image dots(std::initializer_list<std::pair<std::size_t, int>> values) {
  std::vector<int> pixels(36);
  for (const auto& [place, value] : values) {
    pixels[place] = value;
  }
  return grey(6, 6, pixels);
}

std::shared_ptr<GivenPhotos> three_photos() {
  auto photos = std::make_shared<GivenPhotos>(std::vector<std::string>{"a", "b"});
  // (row, column): (0,0) = 9, (0,1) = 8, (2,2) = 5.
  photos->add("first", 0, dots({{0, 9}, {1, 8}, {14, 5}}));
  // (1,1) = 7, (1,2) = 6.
  photos->add("second", 1, dots({{7, 7}, {8, 6}}));
  photos->add("third", 1, dots({}));
  return photos;
}

TEST(Patches, AreTheLargestOfEachUnitAtMostTwoOfAPhoto) {
  const auto photos = set_of(three_photos());
  const auto backend = make_reference_backend();
  const PhotoPass pass(corner(), *backend);
  const auto found = find_patches(pass, photos, {.count = 3});
  ASSERT_EQ(found.layers.size(), 1U);
  const auto& unit = found.layers[0].units[0];
  // 8 and 6 lie less than half a field (2 cells) from the first of their photo.
  ASSERT_EQ(unit.best.size(), 3U);
  EXPECT_EQ(unit.best[0].value, 9);
  EXPECT_EQ(unit.best[0].item, 0U);
  EXPECT_EQ(unit.best[1].value, 7);
  EXPECT_EQ(unit.best[1].row, 1);
  EXPECT_EQ(unit.best[1].column, 1);
  EXPECT_EQ(unit.best[2].value, 5);
  EXPECT_EQ(unit.best[2].row, 2);
  EXPECT_EQ(unit.best[2].column, 2);
  EXPECT_EQ(unit.largest, 9);
  EXPECT_THAT(unit.class_means, ElementsAre(9, 3.5));
  const auto once = find_patches(pass, photos, {.per_photo = 1});
  std::vector<std::size_t> items;
  for (const auto& place : once.layers[0].units[0].best) {
    items.push_back(place.item);
  }
  EXPECT_THAT(items, ElementsAre(0, 1, 2));
}

TEST(Patches, NameDeadUnits) {
  const auto photos = set_of(three_photos());
  const auto backend = make_reference_backend();
  const auto found = find_patches(PhotoPass(corner(), *backend), photos);
  EXPECT_THAT(found.layers[0].dead(), ElementsAre(1, 2));
  EXPECT_EQ(found.layers[0].units[1].largest, 0) << "0 passes nothing on";
  EXPECT_EQ(found.layers[0].units[2].largest, -1);
  EXPECT_THAT(found.layers[0].units[2].class_means, ElementsAre(0, 0));
  // Without a ReLU a unit below 0 is not dead.
  const Network lenet = models::lenet5(2);
  const auto noise = std::make_shared<GivenPhotos>(std::vector<std::string>{"a"});
  noise->add("n", 0, noise_photo(28, 28, 1, 2));
  const auto tanh = find_patches(PhotoPass(model_of(lenet, initial_weights(lenet, 1)), *backend), set_of(noise));
  ASSERT_EQ(tanh.layers.size(), 2U);
  EXPECT_TRUE(tanh.layers[0].dead().empty());
  EXPECT_TRUE(tanh.layers[1].dead().empty());
}

TEST(Patches, DoNotDependOnThreadsAndComeFromTheMaps) {
  const auto photos = set_of(std::make_shared<TinyDataset>(30, 3, std::set<std::size_t>{4}));
  const Network network = tiny_network();
  const Model model = model_of(network, initial_weights(network, 3));
  const auto backend = make_cpu_backend(1);
  PhotoPass pass(model, *backend);
  const auto one = find_patches(pass, photos, {.threads = 1});
  const auto three = find_patches(pass, photos, {.threads = 3});
  EXPECT_EQ(one.photos, 89);
  ASSERT_EQ(one.skipped.size(), 1U);
  for (std::size_t u = 0; u < 4; ++u) {
    const auto& best = one.layers[0].units[u].best;
    ASSERT_EQ(best.size(), 9U);
    std::map<std::size_t, int> of_photo;
    for (std::size_t i = 0; i < best.size(); ++i) {
      EXPECT_EQ(best[i].value, three.layers[0].units[u].best[i].value);
      EXPECT_EQ(best[i].item, three.layers[0].units[u].best[i].item);
      EXPECT_LE(++of_photo[best[i].item], 2);
      EXPECT_LE(best[i].value, best[i == 0 ? 0 : i - 1].value);
      pass.look(photos.dataset->load(best[i].item, true));
      const Tensor map = pass.activation("conv1");
      const auto cell = static_cast<std::size_t>((static_cast<std::int64_t>(u) * 6 + best[i].row) * 6 + best[i].column);
      EXPECT_NEAR(map.as<double>()[cell], best[i].value, 1e-5);
    }
  }
}

TEST(FieldPicture, IsGreyBeyondTheCut) {
  const Image cut = grey(3, 2, {10, 20, 30, 40, 50, 60});
  const Image picture = field_picture(cut, {1, -1, 3}, 3);
  ASSERT_EQ(picture.width, 3);
  const auto red = [&](int x, int y) { return static_cast<int>(picture.row(y)[3 * x]); };
  EXPECT_EQ(red(0, 0), 128);
  EXPECT_EQ(red(0, 1), 20);
  EXPECT_EQ(red(1, 2), 60);
  EXPECT_EQ(red(2, 1), 128);
  // Enlarged by a whole number, as far as there is room.
  EXPECT_EQ(field_picture(cut, {0, 0, 2}, 7).width, 6);
  EXPECT_EQ(tile_side(11, 33), 33);
  EXPECT_EQ(tile_side(51, 33), 33);
}

TEST(Album, DrawsThePatchesOfAllUnits) {
  const TemporaryFolder place;
  const auto backend = make_cpu_backend(1);
  Album album(corner(), *backend, place / "a", {.model_name = "m", .photos = set_of(three_photos())});
  const auto done = album.add_patches();
  EXPECT_THAT(done.files, ElementsAre("patches/conv1.png"));
  EXPECT_EQ(done.units, 3U);
  EXPECT_EQ(done.dead, 2U);
  const auto patches = nlohmann::json::parse(album.finish())["patches"];
  EXPECT_EQ(patches["count"], 3);
  EXPECT_EQ(patches["layers"][0]["dead"], (nlohmann::json{1, 2}));
  EXPECT_EQ(patches["layers"][0]["field"], 4);
  EXPECT_THAT(read_text(place / "a/patches.csv"),
              ::testing::StartsWith("layer,unit,rank,value,file,class,part,row,column,left,top,size\n"
                                    "conv1,0,1,9,first,a,,0,0,0,0,4\nconv1,0,2,7,second,b,,1,1,1,1,4\n"));
  EXPECT_THAT(read_text(place / "a/units.csv"),
              ::testing::StartsWith("layer,unit,largest,dead,class,class_mean\nconv1,0,9,0,a,9\nconv1,1,0,1,a,0\n"));
  // The first patch of unit 0: its corner pixel has the value 9. Fields of 4 are drawn 8 times as large.
  const Image sheet = load_image(place / "a/patches/conv1.png");
  bool found = false;
  for (const auto pixel : sheet.pixels) {
    found = found || pixel == 9;
  }
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace alexnet::explain
