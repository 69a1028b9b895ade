#include "alexnet/explain/synthetic.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "alexnet/backends/cpu_backend.h"
#include "alexnet/backends/reference_backend.h"
#include "alexnet/core/files.h"
#include "alexnet/explain/album.h"
#include "alexnet/models/models.h"

#include "explain/blur.h"
#include "explain/small_model.h"
#include "explain/unit_page.h"
#include "support/temporary_folder.h"
#include "support/tiny.h"

namespace alexnet::explain {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing_support::model_of;
using testing_support::set;
using testing_support::set_of;
using testing_support::TemporaryFolder;
using testing_support::tiny_network;
using testing_support::TinyDataset;

TEST(Blur, IsAGaussianThatKeepsTheSum) {
  Plane plane{9, 7, std::vector<float>(63)};
  plane.values[3 * 9 + 4] = 1;
  const Plane out = blurred(plane, 0.5);
  double sum = 0;
  for (const float value : out.values) {
    sum += value;
  }
  EXPECT_NEAR(sum, 1, 1e-5);
  // exp(-2) and exp(-8) beside 1, both sides: the middle has (1 / 1.27134)^2.
  EXPECT_NEAR(out.values[3 * 9 + 4], 0.61869, 1e-4);
  EXPECT_NEAR(out.values[3 * 9 + 5] / out.values[3 * 9 + 4], std::exp(-2.0), 1e-4);
  EXPECT_NEAR(out.values[4 * 9 + 5] / out.values[3 * 9 + 4], std::exp(-4.0), 1e-4);
  EXPECT_EQ(blurred(plane, 0).values, plane.values);
  const Plane level{5, 4, std::vector<float>(20, 7.0F)};
  for (const float value : blurred(level, 2).values) {
    EXPECT_NEAR(value, 7, 1e-5) << "the edge is repeated";
  }
}

/// One filter of 5x5 that likes its left two columns light and its right two dark.
Model edge_detector() {
  Network network(
      {.name = "edge",
       .input = {1, 15, 15},
       .layers = {Normalize{.name = "normalize", .scale = 1}, Conv2D{.name = "conv1", .filters = 1, .kernel = 5},
                  ReLU{"relu1"}, Flatten{"flatten"}, Dense{"fc", 2}}});
  Weights weights = initial_weights(network, 1);
  std::vector<float> filter;
  for (int i = 0; i < 5; ++i) {
    filter.insert(filter.end(), {1, 1, 0, -1, -1});
  }
  set(weights, "conv1.weight", filter);
  return model_of(network, weights);
}

TEST(Synthesize, FindsWhatALinearUnitLikes) {
  const auto backend = make_reference_backend();
  const PhotoPass pass(edge_detector(), *backend);
  const Synthetic made = synthesize(pass, {"conv1", 0}, {.starts = 2, .steps = 100, .jitter = 0});
  EXPECT_EQ(made.field, (Field{5, 5, 5}));
  EXPECT_EQ(made.steps, 100);
  EXPECT_FALSE(made.out_of_time);
  // At most 10 pixels of 255; noise around grey gives about 0.
  EXPECT_GT(made.value, 0.9 * 2550);
  EXPECT_LE(made.value, 2550);
  EXPECT_EQ(made.value, *std::ranges::max_element(made.values));
  const auto pixel = [&](int x, int y) { return static_cast<int>(made.image.row(y)[x]); };
  EXPECT_GT(pixel(5, 7), 220);
  EXPECT_LT(pixel(9, 7), 35);
  EXPECT_EQ(pixel(0, 0), 128) << "grey where the unit does not look";
}

TEST(Synthesize, RepeatsItselfAndDependsOnItsSeed) {
  const auto backend = make_cpu_backend(1);
  const Network network = tiny_network();
  const PhotoPass pass(model_of(network, initial_weights(network, 3)), *backend);
  const auto made = [&](std::uint64_t seed) {
    return synthesize(pass, {"conv1", 2}, {.starts = 2, .steps = 5, .seed = seed}).image;
  };
  EXPECT_EQ(made(1), made(1));
  EXPECT_NE(made(1), made(2));
}

TEST(Synthesize, EndsInTimeAndWhenAskedTo) {
  const auto backend = make_cpu_backend(1);
  const PhotoPass pass(edge_detector(), *backend);
  const Synthetic late = synthesize(pass, {"conv1", 0}, {.starts = 1, .steps = 1000, .seconds = 0});
  EXPECT_TRUE(late.out_of_time);
  EXPECT_EQ(late.steps, 1);
  const Synthetic stopped =
      synthesize(pass, {"conv1", 0}, {.starts = 1}, [](int step, int /*steps*/) { return step < 3; });
  EXPECT_EQ(stopped.steps, 3);
  EXPECT_FALSE(stopped.out_of_time);
}

TEST(Synthesize, ExcitesUnitsOfEveryKindOfNetworkMoreThanNoise) {
  const auto backend = make_cpu_backend(1);
  for (const Network& network : {models::lenet5(), models::cifar10_quick(), tiny_network()}) {
    const PhotoPass pass(model_of(network, initial_weights(network, 2)), *backend);
    const Unit unit{unit_layers(network).back(), 1};
    const double noise = synthesize(pass, unit, {.starts = 4, .steps = 1}).value;
    const double drawn = synthesize(pass, unit, {.starts = 4, .steps = 60}).value;
    EXPECT_GT(drawn, noise + 0.5 * std::abs(noise)) << network.name();
  }
}

TEST(IncomingFilter, OfAGroupNamesTheMapsOfItsGroup) {
  const Network network({.name = "groups",
                         .input = {3, 8, 8},
                         .layers = {Conv2D{.name = "conv1", .filters = 4, .kernel = 3}, ReLU{"relu1"},
                                    Conv2D{.name = "conv2", .filters = 4, .kernel = 1, .groups = 2}, Flatten{"flatten"},
                                    Dense{"fc", 2}}});
  Weights weights = initial_weights(network, 1);
  set(weights, "conv2.weight", {1, 2, 3, 4, 0.5F, -6, 7, 0});
  const auto third = incoming_filter(network, weights, {"conv2", 2});
  ASSERT_TRUE(third);
  EXPECT_EQ(third->reads, "relu1");
  EXPECT_THAT(third->maps, ElementsAre(3, 2)) << "-6 before 0.5, in the second group";
  EXPECT_EQ(third->largest, 6);
  const auto colour = incoming_filter(network, weights, {"conv1", 0});
  ASSERT_TRUE(colour);
  EXPECT_TRUE(colour->maps.empty());
}

TEST(UnitPage, SaysWhenThePictureHasNotConverged) {
  UnitFacts facts{.unit = {"conv1", 1}};
  facts.synthetic = Synthetic{.image = {}, .field = {}, .value = 5, .values = {}};
  EXPECT_FALSE(facts.converged()) << "not known without photos";
  facts.patches = PatchSearch{.layers = {LayerPatches{.layer = "conv1", .place = {}, .field = {}, .units = {}}}};
  facts.patches->layers[0].units.resize(2);
  EXPECT_FALSE(facts.converged()) << "no photo could be read";
  facts.patches->layers[0].units[1].best = {{5, 0, 0, 0}};
  EXPECT_EQ(facts.converged(), false);
  facts.patches->layers[0].units[1].best = {{4.9, 0, 0, 0}};
  EXPECT_EQ(facts.converged(), true);
}

TEST(Album, DrawsThePageOfAUnit) {
  const TemporaryFolder place;
  const auto backend = make_cpu_backend(1);
  const Network network = tiny_network();
  Album album(model_of(network, initial_weights(network, 3)), *backend, place / "a",
              {.model_name = "m", .photos = set_of(std::make_shared<TinyDataset>(4))});
  const auto done = album.add_unit({"conv1", 2}, {.starts = 1, .steps = 3});
  EXPECT_EQ(done.page, "conv1/2/index.html");
  ASSERT_TRUE(done.converged);
  const auto unit = nlohmann::json::parse(album.finish())["units"][0];
  EXPECT_EQ(unit["unit"], "conv1/2");
  EXPECT_EQ(unit["converged"], *done.converged);
  std::set<std::string> named = {"conv1/2/index.html"};
  const std::string page = read_text(place / "a/conv1/2/index.html");
  for (const auto& picture : unit["pictures"]) {
    for (const auto* key : {"file", "values"}) {
      if (picture.contains(key)) {
        named.insert(picture[key].get<std::string>());
        EXPECT_THAT(page, HasSubstr(picture[key].get<std::string>().substr(8)));
      }
    }
  }
  std::set<std::string> written;
  for (const auto& entry : fs::recursive_directory_iterator(place / "a/conv1")) {
    if (entry.is_regular_file()) {
      written.insert(fs::relative(entry.path(), place / "a").string());
    }
  }
  EXPECT_EQ(written, named);
  EXPECT_THAT(read_text(place / "a/conv1/2/classes.csv"), ::testing::StartsWith("class,photos,mean\nclass "));
  EXPECT_EQ(page.find("http:"), std::string::npos) << "nothing is fetched";
  EXPECT_EQ(page.find("https:"), std::string::npos);
  if (!*done.converged) {
    EXPECT_THAT(page, HasSubstr("Not converged"));
  }
}

}  // namespace
}  // namespace alexnet::explain
