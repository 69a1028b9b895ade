#include "alexnet/explain/walk.h"

#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "alexnet/backends/cpu_backend.h"
#include "alexnet/backends/reference_backend.h"
#include "alexnet/models/models.h"

#include "explain/small_model.h"
#include "support/thrown.h"

namespace alexnet::explain {
namespace {

using nlohmann::json;
using testing_support::argument;
using testing_support::grey;
using testing_support::message_of;
using testing_support::model_of;
using testing_support::noise_photo;
using testing_support::set;
using testing_support::thrown;

/// Every kind of layer, with groups, padding, windows that overlap, and both spans of LRN.
Network every_kind() {
  return Network(
      {.name = "every kind",
       .input = {3, 15, 15},
       .layers = {Normalize{.name = "normalize", .mean = {0.4}, .deviation = {0.3}},
                  Conv2D{.name = "conv1", .filters = 6, .kernel = 3, .stride = 1, .padding = Padding::same()},
                  ReLU{"relu1"}, LRN{.name = "lrn1", .alpha = 0.5},
                  MaxPool2D{.name = "pool1", .window = 3, .stride = 2},
                  Conv2D{.name = "conv2", .filters = 20, .kernel = 3, .padding = Padding::all(1), .groups = 2},
                  BatchNorm{.name = "bn2"}, Tanh{"tanh2"},
                  LRN{.name = "lrn2", .span = LRN::Span::kWithin, .size = 3, .alpha = 2, .alpha_divided = false},
                  AvgPool2D{.name = "pool2", .window = 3, .stride = 2, .padding = Padding::all(1)},
                  LocallyConnected2D{.name = "local3", .filters = 4, .kernel = 2}, Sigmoid{"sigmoid3"},
                  Flatten{"flatten"}, Dense{.name = "fc4", .units = 24},
                  Dropout{.name = "drop4", .rate = 0.25, .inverted = false}, Dense{.name = "fc5", .units = 30}}});
}

/// Weights that let no value vanish behind the sigmoid.
Model model_of_every_kind() {
  const Network network = every_kind();
  return model_of(network, initial_weights(network, 5));
}

json walk_of(const Model& model, const Backend& backend, const Image& photo, const WalkOptions& options = {}) {
  PhotoPass pass(model, backend);
  pass.look(photo);
  return json::parse(walk_json(pass, options));
}

void expect_near(double a, double b, const std::string& where) {
  EXPECT_LE(std::abs(a - b), 1e-4 * std::max({std::abs(a), std::abs(b), 1e-2})) << where;
}

double sum_of(const json& terms, const char* key) {
  double sum = 0;
  for (const json& term : terms) {
    sum += term[key].get<double>();
  }
  return sum;
}

/// Numbers equal to 1e-4, all else the same.
void expect_same(const json& a, const json& b, const std::string& where) {
  if (a.is_number() && b.is_number()) {
    return expect_near(a.get<double>(), b.get<double>(), where);
  }
  ASSERT_EQ(a.type(), b.type()) << where;
  ASSERT_EQ(a.size(), b.size()) << where;
  if (a.is_object()) {
    for (const auto& [key, value] : a.items()) {
      ASSERT_TRUE(b.contains(key)) << where << '/' << key;
      expect_same(value, b[key], where + "/" + key);
    }
  } else if (a.is_array()) {
    for (std::size_t i = 0; i < a.size(); ++i) {
      expect_same(a[i], b[i], where + "/" + std::to_string(i));
    }
  } else {
    EXPECT_EQ(a, b) << where;
  }
}

TEST(Walk, ShownTermsGiveTheNetworksOwnValueInEveryLayer) {
  const auto backend = make_cpu_backend();
  const json walk = walk_of(model_of_every_kind(), *backend, noise_photo(20, 18, 3, 4));
  ASSERT_EQ(walk["layers"].size(), every_kind().layers().size());
  for (const json& layer : walk["layers"]) {
    const json& example = layer["example"];
    const std::string name = layer["name"];
    const double result = example.contains("channels") && layer["kind"] == "normalize"
                              ? example["channels"][example["unit"].get<std::size_t>()]["result"].get<double>()
                              : example["result"].get<double>();
    expect_near(result, example["output"], name);
    EXPECT_EQ(layer.contains("maps"), layer["kind"] != "flatten" && layer["kind"] != "dropout") << name;
  }
}

TEST(Walk, SumsOfConvolutionsAreThoseOfTheirTerms) {
  const auto backend = make_reference_backend();
  const json walk = walk_of(model_of_every_kind(), *backend, noise_photo(20, 18, 3, 4));
  for (const std::size_t index : {1U, 5U, 10U}) {
    const json& example = walk["layers"][index]["example"];
    const std::string name = walk["layers"][index]["name"];
    for (const json& channel : example["channels"]) {
      double sum = 0;
      for (std::size_t i = 0; i < channel["inputs"].size(); ++i) {
        sum += channel["inputs"][i].get<double>() * channel["weights"][i].get<double>();
      }
      expect_near(sum, channel["sum"], name);
    }
    expect_near(sum_of(example["channels"], "sum") + sum_of(example["more"], "sum") +
                    example["others"]["sum"].get<double>() + example["bias"].get<double>(),
                example["result"], name);
  }
  EXPECT_EQ(walk["layers"][5]["example"]["reads"]["count"], 3);
  EXPECT_EQ(walk["layers"][5]["settings"]["groups"], 2);
}

TEST(Walk, DenseAndSoftmaxAddUp) {
  const auto backend = make_reference_backend();
  const json walk = walk_of(model_of_every_kind(), *backend, noise_photo(20, 18, 3, 4));
  const json& example = walk["layers"][15]["example"];
  expect_near(sum_of(example["positive"], "product") + sum_of(example["negative"], "product") +
                  example["others"]["sum"].get<double>() + example["bias"].get<double>(),
              example["result"], "fc5");
  EXPECT_EQ(example["unit"], walk["answer"]["classes"][0]["index"]);
  const json& answer = walk["answer"];
  EXPECT_EQ(answer["classes"].size(), 20U);
  EXPECT_EQ(answer["others"]["count"], 10);
  expect_near(sum_of(answer["classes"], "exp") + answer["others"]["exp"].get<double>(), answer["sum"], "softmax");
  for (const json& one : answer["classes"]) {
    expect_near(one["exp"].get<double>() / answer["sum"].get<double>(), one["probability"], "softmax");
  }
  EXPECT_EQ(walk["layers"][13]["example"]["positive"][0]["from"].size(), 3U);
}

TEST(Walk, TheReferenceBackendSaysTheSame) {
  const auto cpu = make_cpu_backend();
  const auto reference = make_reference_backend();
  const Image photo = noise_photo(20, 18, 3, 4);
  const Model model = model_of_every_kind();
  for (const Layer& layer : model.network.layers()) {
    // a place that is the same for both, not the largest value, of which there may be two
    const WalkOptions options = {.maps = false, .layer = name_of(layer), .unit = 1, .row = 0, .column = 0};
    expect_same(walk_of(model, *cpu, photo, options)["layers"][0]["example"],
                walk_of(model, *reference, photo, options)["layers"][0]["example"], name_of(layer));
  }
}

TEST(Walk, PoolsShowWhatTheyKeepAndWhatTheyShare) {
  Network network({.name = "pool",
                   .input = {1, 5, 5},
                   .layers = {Normalize{.name = "normalize", .scale = 1}, MaxPool2D{.name = "pool", .window = 3},
                              Flatten{"flatten"}, Dense{"fc", 2}}});
  const auto backend = make_reference_backend();
  const Image photo = grey(5, 5, {0, 1, 2, 3, 4,  //
                                  0, 9, 0, 8, 0,  //
                                  7, 0, 0, 0, 0,  //
                                  0, 0, 0, 0, 0,  //
                                  0, 0, 0, 0, 6});
  const json walk = walk_of(model_of(network, initial_weights(network, 1)), *backend, photo,
                            {.layer = "pool", .row = 0, .column = 0});
  const json& example = walk["layers"][0]["example"];
  EXPECT_EQ(example["windows"][0]["kept"], 9);
  EXPECT_EQ(example["windows"][0]["at"], json({{"row", 1}, {"column", 1}}));
  EXPECT_EQ(example["windows"][1]["kept"], 8);
  EXPECT_EQ(example["region"]["width"], 5);
  EXPECT_EQ(example["without_overlap"], json({{"size", 2}, {"kept", 9}}));
}

TEST(Walk, LrnTakesTheNeighboursOfItsGroup) {
  Network network(
      {.name = "lrn",
       .input = {3, 1, 1},
       .layers = {Normalize{.name = "normalize", .scale = 1},
                  LRN{.name = "lrn", .size = 3, .alpha = 3, .beta = 0.5, .k = 1}, Flatten{"flatten"}, Dense{"fc", 2}}});
  Image photo(1, 1, 3);
  photo.pixels = {1, 2, 3};
  const auto backend = make_reference_backend();
  const json example = walk_of(model_of(network, initial_weights(network, 1)), *backend, photo,
                               {.layer = "lrn", .unit = 1})["layers"][0]["example"];
  EXPECT_EQ(example["neighbours"].size(), 3U);
  EXPECT_EQ(example["sum"], 14);
  EXPECT_EQ(example["base"], 15);  // 1 + 3 / 3 * 14
  expect_near(example["result"], 2 / std::sqrt(15), "lrn");
}

TEST(Walk, MapsOfAlexNetStayBelowAMegabyte) {
  const Network network = models::alexnet_2012(10);
  const auto backend = make_cpu_backend();
  PhotoPass pass(model_of(network, initial_weights(network, 1)), *backend);
  pass.look(noise_photo(227, 227, 3, 2));
  const json walk = json::parse(walk_json(pass));
  std::size_t bytes = 0;
  for (const json& layer : walk["layers"]) {
    bytes += layer.contains("maps") ? layer["maps"]["png"].get<std::string>().size() * 3 / 4 : 0;
  }
  EXPECT_LT(bytes, 1'000'000U);
}

TEST(Walk, RefusesWhatTheNetworkDoesNotHave) {
  const auto backend = make_reference_backend();
  PhotoPass pass(model_of_every_kind(), *backend);
  pass.look(noise_photo(20, 18, 3, 4));
  const auto unknown = thrown([&] { static_cast<void>(walk_json(pass, {.layer = "conv9"})); });
  ASSERT_TRUE(unknown);
  EXPECT_EQ(unknown->message(), Message::kLayerUnknown);
  const auto outside = thrown([&] { static_cast<void>(walk_json(pass, {.layer = "conv1", .row = 15})); });
  ASSERT_TRUE(outside);
  EXPECT_EQ(outside->message(), Message::kOptionInvalid);
  EXPECT_EQ(argument(*outside, "where"), "row");
  EXPECT_EQ(argument(*outside, "expected"), "0 to 14");
  EXPECT_EQ(message_of([&] { static_cast<void>(walk_json(pass, {.layer = "fc4", .row = 1})); }),
            Message::kOptionInvalid);
}

}  // namespace
}  // namespace alexnet::explain
