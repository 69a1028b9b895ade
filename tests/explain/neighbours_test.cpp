#include "alexnet/explain/neighbours.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "alexnet/backends/cpu_backend.h"
#include "alexnet/backends/reference_backend.h"
#include "alexnet/core/files.h"
#include "alexnet/explain/album.h"
#include "alexnet/models/models.h"

#include "explain/photo_svg.h"
#include "explain/small_model.h"
#include "support/temporary_folder.h"
#include "support/tiny.h"

namespace alexnet::explain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing_support::model_of;
using testing_support::noise_photo;
using testing_support::set_of;
using testing_support::TemporaryFolder;
using testing_support::tiny_network;
using testing_support::TinyDataset;

TEST(NeighbourLayers, AreTheLastHiddenAndTheLastPool) {
  EXPECT_THAT(neighbour_layers(models::alexnet_2012()), ElementsAre("dropout7", "pool5"));
  EXPECT_THAT(neighbour_layers(models::lenet5()), ElementsAre("tanh4", "pool2"));
  EXPECT_THAT(neighbour_layers(tiny_network()), ElementsAre("drop2", "pool1"));
  const Network without({.name = "dense", .input = {1, 2, 2}, .layers = {Flatten{"flatten"}, Dense{"fc", 2}}});
  EXPECT_THAT(neighbour_layers(without), ElementsAre("flatten"));
}

TEST(NeighbourSearch, GivesTheDistancesOfTheEmbedding) {
  const auto set = set_of(std::make_shared<TinyDataset>(4, 3, std::set<std::size_t>{5}));
  const Model model = model_of(tiny_network(), initial_weights(tiny_network(), 3));
  for (const auto& backend : {make_reference_backend(), make_cpu_backend(1)}) {
    PhotoPass pass(model, *backend);
    NeighbourSearch search(pass.network(), 3);
    for (const std::size_t item : {2U, 9U}) {
      pass.look(set.dataset->load(item, true));
      search.add(pass);
    }
    const auto bad = search.search(pass, set);
    ASSERT_EQ(bad.size(), 1U);
    EXPECT_EQ(bad.front().item, 5U);
    ASSERT_EQ(search.found().size(), 2U);
    for (std::size_t layer = 0; layer < 2; ++layer) {
      // A photo of the set finds itself first.
      EXPECT_EQ(search.found()[0][layer].nearest[0].item, 2U);
      EXPECT_EQ(search.found()[0][layer].nearest[0].distance, 0);
      EXPECT_EQ(search.found()[1][layer].nearest[0].item, 9U);
      Embedder embedder(model, *backend, {.layer = search.found()[1][layer].layer});
      NearestPhotos expected(embedder.embed(set.dataset->load(9, true)), 3);
      (void)embedder.embed(*set.dataset, set.items,
                           [&](std::size_t item, std::span<const float> vector) { expected.see(item, vector); });
      ASSERT_EQ(search.found()[1][layer].nearest.size(), 3U);
      for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(search.found()[1][layer].nearest[i].item, expected.found()[i].item);
        EXPECT_NEAR(search.found()[1][layer].nearest[i].distance, expected.found()[i].distance, 1e-6);
      }
    }
  }
}

TEST(Leak, IsACopyInAnotherPart) {
  PhotoSet set = set_of(std::make_shared<TinyDataset>(4));
  set.parts[0] = Part::kTrain;
  set.parts[1] = Part::kTrain;
  set.parts[2] = Part::kTest;
  EXPECT_FALSE(leak_in({"fc", {{0, 0}, {1, 0}}}, set)) << "copies in one part";
  EXPECT_FALSE(leak_in({"fc", {{0, 0}, {2, 0.01}}}, set)) << "not the same";
  EXPECT_FALSE(leak_in({"fc", {{0, 0}, {3, 0}}}, set)) << "no part is known";
  EXPECT_EQ(leak_in({"fc", {{0, 0}, {1, 0}, {2, 0.0005}}}, set), std::pair(std::size_t{0}, std::size_t{2}));
}

TEST(NeighboursPicture, NamesClassPartDistanceAndFile) {
  PhotoSet set = set_of(std::make_shared<TinyDataset>(4, 3, std::set<std::size_t>{1}));
  set.parts[0] = Part::kVal;
  const auto svg = neighbours_svg(noise_photo(30, 20, 3, 1), "in/<rose>.png", set, {{"fc7", {{0, 0.25}, {1, 0.5}}}});
  for (const auto* text : {"class 0", "0.2500, val", "class 0/0.png", "nearest by fc7", "in/&lt;rose&gt;.png"}) {
    EXPECT_THAT(svg, HasSubstr(text));
  }
  // Nothing is fetched: the photos are in the file, and one that is gone leaves a frame.
  EXPECT_EQ(svg.find("http", svg.find("http") + 1), std::string::npos);
  EXPECT_THAT(svg, HasSubstr("href=\"data:image/jpeg;base64,"));
}

TEST(BarsPicture, HasABarANameANumberEach) {
  const auto svg =
      bars_svg("title", std::nullopt, {{"rose", 0.5, "50.0 %", true}, {"\xe9\x9b\x8f\xe8\x8f\x8a", 0.25, "25.0 %"}}, 1,
               "words below");
  // 420 pixels, 80 of them for the numbers: 340 for all.
  EXPECT_THAT(svg, HasSubstr("width=\"170.0\" height=\"14\""));
  EXPECT_THAT(svg, HasSubstr("width=\"85.0\" height=\"14\""));
  EXPECT_THAT(svg, HasSubstr("\xe9\x9b\x8f\xe8\x8f\x8a"));
  EXPECT_THAT(svg, HasSubstr("words below"));
  // Scores on both sides of 0: from -1 to 3.
  const auto scores = bars_svg("title", std::nullopt, {{"a", 3, "3"}, {"b", -1, "-1"}}, 0, "");
  EXPECT_THAT(scores, HasSubstr("x=\"101.0\" y=\"32.0\" width=\"255.0\""));
  EXPECT_THAT(scores, HasSubstr("x=\"16.0\" y=\"70.0\" width=\"85.0\""));
}

TEST(Album, ShowsTheLikeOfItsPhotos) {
  const TemporaryFolder place;
  const auto backend = make_cpu_backend();
  const auto set = set_of(std::make_shared<TinyDataset>(4));
  const auto network = tiny_network();
  Album album(model_of(network, initial_weights(network, 3)), *backend, place / "a",
              {.model_name = "m", .photos = set});
  album.add("first.png", set.dataset->load(7, true));
  album.add("second.png", set.dataset->load(1, true));
  const auto done = album.find_neighbours();
  EXPECT_THAT(done.files, ElementsAre("first/neighbours.svg", "second/neighbours.svg"));
  const auto document = nlohmann::json::parse(album.finish());
  EXPECT_EQ(document["photos"][0]["neighbours"][0]["nearest"][0]["file"], "class 1/3.png");
  const auto& picture = document["photos"][1]["pictures"].back();
  EXPECT_EQ(picture["kind"], "neighbours");
  EXPECT_THAT(
      read_text(place / "a" / picture["values"].get<std::string>()),
      ::testing::StartsWith("layer,rank,file,class,part,distance,cosine\ndrop2,1,class 0/1.png,class 0,,0,1\n"));
}

}  // namespace
}  // namespace alexnet::explain
