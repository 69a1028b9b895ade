#include "alexnet/infer/predictor.h"

#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "alexnet/backends/cpu_backend.h"
#include "alexnet/backends/reference_backend.h"
#include "alexnet/core/error.h"

#include "support/temporary_folder.h"
#include "support/thrown.h"
#include "support/tiny.h"

namespace alexnet {
namespace {

using testing_support::argument;
using testing_support::thrown;
using testing_support::tiny_network;
using testing_support::TinyDataset;

Model tiny_model(OutputKind output = OutputKind::kProbabilities) {
  const Network network = tiny_network(3, output);
  Geometry geometry;
  geometry.resize = 9;
  geometry.width = geometry.height = 8;
  return {network, initial_weights(network, 3), geometry, {"a", "b", "c"}};
}

std::vector<Image> photos_of(const Dataset& dataset) {
  std::vector<Image> photos;
  for (std::size_t i = 0; i < dataset.size(); ++i) {
    photos.push_back(dataset.load(i, true));
  }
  return photos;
}

TEST(Predictor, GivesEachPhotoItsProbabilitiesWhateverTheBatch) {
  const TinyDataset dataset(3);
  const auto backend = make_reference_backend();
  const auto photos = photos_of(dataset);
  Predictor one(tiny_model(), *backend, {.batch = 1});
  Predictor four(tiny_model(), *backend, {.batch = 4});
  const auto values = one.predict(photos);
  ASSERT_EQ(values.size(), 9U);
  EXPECT_EQ(values, four.predict(photos));
  EXPECT_NE(values[0], values[1]);
  for (const auto& row : values) {
    EXPECT_NEAR(row[0] + row[1] + row[2], 1, 1e-12);
  }
  EXPECT_TRUE(four.predict({}).empty());
}

TEST(Predictor, TakesPhotosOfAnySizeAndGreyOnes) {
  const auto backend = make_reference_backend();
  Predictor predictor(tiny_model(), *backend);
  const std::vector<Image> photos = {Image(1, 1, 3), Image(40, 7, 1)};
  EXPECT_EQ(predictor.predict(photos).size(), 2U);
}

TEST(Predictor, GivesScoresForHinge) {
  const TinyDataset dataset(1);
  const auto backend = make_reference_backend();
  Predictor scores(tiny_model(OutputKind::kScores), *backend);
  Predictor probabilities(tiny_model(), *backend);
  const auto raw = scores.predict(photos_of(dataset))[0];
  const auto soft = probabilities.predict(photos_of(dataset))[0];
  EXPECT_EQ(soft, output_values(raw, OutputKind::kProbabilities));
}

TEST(Predictor, RefusesAGeometryThatDoesNotFit) {
  Model model = tiny_model();
  model.geometry.width = 9;
  const auto backend = make_reference_backend();
  const auto error = thrown([&] { const Predictor predictor(model, *backend); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kNetworkInvalid);
  EXPECT_EQ(argument(*error, "expected"), "photos of 3x8x8");
}

TEST(TopClasses, AreSortedAndEqualOnesStayInClassOrder) {
  const std::vector<double> values = {0.1, 0.4, 0.1, 0.4};
  const auto top = top_classes(values, {"a", "b", "c", "d"}, 3);
  ASSERT_EQ(top.size(), 3U);
  EXPECT_EQ(top[0].name, "b");
  EXPECT_EQ(top[1].name, "d");
  EXPECT_EQ(top[2].name, "a");
  EXPECT_EQ(top[2].value, 0.1);
  EXPECT_EQ(top_classes(values, {}, 9).size(), 4U);
  EXPECT_EQ(top_classes(values, {}, 1)[0].name, "1");
}

TEST(OutputValues, AreSoftmaxInDouble) {
  const std::vector<double> scores = {1000, 1000 + std::log(3.0)};
  const auto values = output_values(scores, OutputKind::kProbabilities);
  EXPECT_NEAR(values[0], 0.25, 1e-12);
  EXPECT_NEAR(values[1], 0.75, 1e-12);
  EXPECT_EQ(output_values(scores, OutputKind::kScores), scores);
}

TEST(PredictDocument, HoldsPhotosAndErrors) {
  const std::vector<PredictedPhoto> photos = {{"a.jpg", {{1, "b", 0.75}, {0, "a", 0.25}}}, {"cut.jpg", {}, "cut off"}};
  std::vector<std::string> lines;
  for (const auto& photo : photos) {
    lines.push_back(to_json_line(photo, OutputKind::kProbabilities));
  }
  const auto document = nlohmann::ordered_json::parse(predict_document(lines));
  EXPECT_EQ(document.begin().key(), "schema");
  EXPECT_EQ(document["schema"], "alexnet.predict");
  EXPECT_EQ(document["predictions"][0]["file"], "a.jpg");
  EXPECT_EQ(document["predictions"][0]["classes"][0]["name"], "b");
  EXPECT_EQ(document["predictions"][0]["classes"][0]["index"], 1);
  EXPECT_EQ(document["predictions"][0]["classes"][0]["probability"], 0.75);
  EXPECT_EQ(document["predictions"][1]["error"], "cut off");
  EXPECT_FALSE(document["predictions"][1].contains("classes"));
  EXPECT_FALSE(document.contains("temperature"));
  EXPECT_EQ(nlohmann::json::parse(predict_document({}, 1.5, 0.75)),
            nlohmann::json::parse(
                R"({"schema":"alexnet.predict","version":1,"precision":"f32","temperature":1.5,"min_confidence":0.75,
                                      "predictions":[]})"));
  EXPECT_EQ(
      to_json_line({"a", {{0, "x", 0.5, 0.25}}, {}, true}, OutputKind::kProbabilities),
      R"({"file":"a","classes":[{"name":"x","index":0,"probability":0.5,"raw_probability":0.25}],"unknown":true})");
  EXPECT_EQ(to_json_line(photos[1], OutputKind::kScores), R"({"file":"cut.jpg","error":"cut off"})");
  EXPECT_EQ(to_json_line({"a", {{0, "x", -1.5}}}, OutputKind::kScores),
            R"({"file":"a","classes":[{"name":"x","index":0,"score":-1.5}]})");
}

// Weights as a program that saves space keeps them; they are rounded, and nothing else.
TEST(Predictor, TakesWeightsOfHalfPrecision) {
  const TinyDataset dataset(2);
  const testing_support::TemporaryFolder folder;
  const auto photos = photos_of(dataset);
  for (const auto& backend : {make_reference_backend(), make_cpu_backend(1)}) {
    const auto whole = Predictor(tiny_model(), *backend).predict(photos);
    for (const auto& [type, largest] : {std::pair{ElementType::kF16, 1e-3}, std::pair{ElementType::kBF16, 1e-2}}) {
      Model model = tiny_model();
      for (auto& [name, tensor] : model.weights) {
        tensor = tensor.converted(type);
      }
      write_model(folder / "half.safetensors", model);
      const auto half = Predictor(read_model(folder / "half.safetensors"), *backend).predict(photos);
      for (std::size_t i = 0; i < photos.size(); ++i) {
        for (std::size_t c = 0; c < 3; ++c) {
          EXPECT_NEAR(half[i][c], whole[i][c], largest);
        }
      }
      EXPECT_NE(half, whole);
    }
  }
}

}  // namespace
}  // namespace alexnet
