#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "alexnet/network/network.h"

#include "error_text.h"
#include "support/source_tree.h"

namespace alexnet {
namespace {

using Json = nlohmann::ordered_json;

const ParameterOptions kWeight{Initializer::gaussian(0.1 + 0.2), 3, 0.25};
const ParameterOptions kBias{Initializer::fan_in_uniform(), 1.0 / 3, 7};

/// Every kind of layer, every option away from its default.
Network every_option() {
  return Network({
      .name = "全部",
      .input = {3, 30, 31},
      .layers =
          {
              Normalize{.name = "normalize",
                        .order = Normalize::Order::kBGR,
                        .scale = 1.0 / 3,
                        .deviation = {0.1, 0.2, 0.3},
                        .mean_image = true,
                        .mean_height = 32,
                        .mean_width = 33,
                        .mean_at = Normalize::MeanAt::kCrop},
              Conv2D{.name = "conv1",
                     .filters = 6,
                     .kernel = 3,
                     .stride = 2,
                     .padding = Padding::of(1, 0, 2, 3),
                     .groups = 3,
                     .has_bias = false,
                     .weight = kWeight,
                     .bias = kBias},
              BatchNorm{.name = "bn1",
                        .momentum = 0.9,
                        .epsilon = 1e-5,
                        .unbiased_running_variance = true,
                        .weight = {Initializer::he_normal(), 2, 3},
                        .bias = kBias},
              ReLU{.name = "relu1"},
              LRN{.name = "lrn1", .size = 3, .alpha = 2e-4, .beta = 0.5, .k = 1, .alpha_divided = false, .groups = 2},
              LRN{.name = "lrn2", .span = LRN::Span::kWithin},
              MaxPool2D{
                  .name = "pool1", .window = 3, .stride = 1, .padding = Padding::same(), .rounding = PoolRounding::kUp},
              AvgPool2D{.name = "pool2",
                        .window = 3,
                        .stride = 3,
                        .padding = Padding::of(1, 2, 0, 1),
                        .rounding = PoolRounding::kUp,
                        .divisor = AvgPool2D::Divisor::kOne},
              Tanh{.name = "tanh2"},
              Flatten{.name = "flatten"},
              Dropout{
                  .name = "dropout3", .rate = 0.25, .inverted = false, .mask_name = "whole", .first_unit = 1LL << 40},
              Dense{.name = "fc3", .units = 7, .has_bias = false, .weight = kBias, .bias = kWeight},
              Sigmoid{.name = "sigmoid3"},
          },
      .output = OutputKind::kScores,
      .tensor_names = {{"fc3.weight", "classifier.weight"}},
  });
}

Json small_document() {
  return Json::parse(Network({.name = "small",
                              .input = {1, 4, 4},
                              .layers = {Conv2D{.name = "conv1", .filters = 2, .kernel = 3}, ReLU{.name = "relu1"}}})
                         .to_json());
}

std::string refusal(const Json& document) {
  return error_text([&] { (void)Network::from_json(document.dump()); });
}

/// The document with `change` made to its first layer.
template <class Change>
std::string refusal_of_layer(const Change& change) {
  Json document = small_document();
  change(document["layers"][0]);
  return refusal(document);
}

TEST(NetworkJson, RoundTripsEveryOptionOfEveryKind) {
  const Network network = every_option();
  EXPECT_TRUE(Network::from_json(network.to_json()) == network);
  EXPECT_EQ(Network::from_json(network.to_json()).to_json(), network.to_json());
}

// Written by version 1 of the format: what it said then it must say forever.
TEST(NetworkJson, ReadsTheFileOfAnEarlierVersion) {
  std::ifstream file(testing_support::test_data() / "network/every_option.json");
  const std::string json{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(Network::from_json(json) == every_option());
}

TEST(NetworkJson, SaysEverything) {
  const Json document = small_document();
  EXPECT_EQ(document["schema"], "alexnet.network");
  EXPECT_EQ(document["version"], 1);
  const Json expected = Json::parse(R"({"kind":"conv2d","name":"conv1","filters":2,"kernel":3,"stride":1,
    "padding":[0,0,0,0],"groups":1,"has_bias":true,
    "weight":{"init":{"kind":"glorot_uniform","value":0.0},"rate":1.0,"decay":1.0},
    "bias":{"init":{"kind":"constant","value":0.0},"rate":1.0,"decay":1.0}})");
  EXPECT_EQ(document["layers"][0], expected);
}

TEST(NetworkJson, OptionsLeftOutKeepTheirDefaults) {
  const Network network = Network::from_json(
      R"({"schema":"alexnet.network","version":1,"name":"n","input":[1,4,4],"output":"probabilities",
          "layers":[{"kind":"conv2d","name":"c","filters":2,"kernel":3,"padding":"same"}]})");
  EXPECT_EQ(std::get<Conv2D>(network.layers()[0]),
            (Conv2D{.name = "c", .filters = 2, .kernel = 3, .padding = Padding::same()}));
}

TEST(NetworkJson, RefusesUnknownKeysWithTheNearest) {
  EXPECT_EQ(refusal_of_layer([](Json& layer) { layer["strid"] = 2; }),
            "file-format | layer \"conv1\" | expected key stride, got key \"strid\"");
  EXPECT_EQ(refusal_of_layer([](Json& layer) { layer["weight"]["init"]["valeu"] = 2; }),
            "file-format | layer \"conv1\", key weight, key init | expected key value, got key \"valeu\"");
  Json document = small_document();
  document["layrs"] = 1;
  EXPECT_EQ(refusal(document), "file-format | network | expected key layers, got key \"layrs\"");
}

TEST(NetworkJson, RefusesUnknownKindsWithTheNearest) {
  EXPECT_EQ(refusal_of_layer([](Json& layer) { layer["kind"] = "conv3d"; }),
            "file-format | layer 1, key kind | expected conv2d, got \"conv3d\"");
  EXPECT_EQ(refusal_of_layer([](Json& layer) { layer["kind"] = 5; }),
            "file-format | layer 1, key kind | expected one of normalize, conv2d, locally_connected2d, max_pool2d, "
            "avg_pool2d, relu, tanh, sigmoid, lrn, batch_norm, dropout, flatten, dense, all_gather, gather, got 5");
}

TEST(NetworkJson, RefusesMissingKeys) {
  for (const char* key : {"filters", "kernel"}) {
    EXPECT_EQ(refusal_of_layer([&](Json& layer) { layer.erase(key); }),
              std::string("file-format | layer \"conv1\" | expected the key ") + key + ", got none");
  }
  for (const char* key : {"kind", "name"}) {
    EXPECT_EQ(refusal_of_layer([&](Json& layer) { layer.erase(key); }),
              std::string("file-format | layer 1 | expected the key ") + key + ", got none");
  }
  for (const char* key : {"schema", "version", "name", "input", "output", "layers"}) {
    Json document = small_document();
    document.erase(key);
    EXPECT_EQ(refusal(document), std::string("file-format | network | expected the key ") + key + ", got none");
  }
}

TEST(NetworkJson, RefusesWrongTypes) {
  const auto with = [](const char* key, const Json& value) {
    return refusal_of_layer([&](Json& layer) { layer[key] = value; });
  };
  const std::string place = "file-format | layer \"conv1\", key ";
  const std::string whole = " | expected a whole number up to 2147483647, got ";
  EXPECT_EQ(with("kernel", 2.5), place + "kernel" + whole + "2.5");
  EXPECT_EQ(with("kernel", "3"), place + "kernel" + whole + "\"3\"");
  EXPECT_EQ(with("kernel", 2147483648LL), place + "kernel" + whole + "2147483648");
  EXPECT_EQ(with("kernel", 18446744073709551615ULL), place + "kernel" + whole + "18446744073709551615");
  EXPECT_EQ(with("kernel", -2147483649LL), place + "kernel" + whole + "-2147483649");
  EXPECT_EQ(with("has_bias", 1), place + "has_bias | expected true or false, got 1");
  EXPECT_EQ(with("weight", 1), place + "weight | expected an object, got 1");
  EXPECT_EQ(with("padding", "full"), place + "padding | expected [top, left, bottom, right] or \"same\", got \"full\"");
  EXPECT_EQ(with("padding", Json::array({1, 2, 3})),
            place + "padding | expected [top, left, bottom, right] or \"same\", got array");
  EXPECT_EQ(refusal_of_layer([](Json& layer) { layer["weight"]["rate"] = "fast"; }),
            place + "weight, key rate | expected a number, got \"fast\"");
  EXPECT_EQ(refusal_of_layer([](Json& layer) { layer["weight"]["init"]["kind"] = "zeros"; }),
            place +
                "weight, key init, key kind | expected one of constant, gaussian, glorot_uniform, he_normal, "
                "fan_in_uniform, got \"zeros\"");
}

TEST(NetworkJson, RefusesAnotherSchemaAndALaterVersion) {
  Json document = small_document();
  document["version"] = 2;
  EXPECT_EQ(refusal(document), "model-newer | network | expected format version 1 at most, got 2");
  document["schema"] = "alexnet.summary";
  EXPECT_EQ(refusal(document), "file-format | network, key schema | expected alexnet.network, got \"alexnet.summary\"");
}

TEST(NetworkJson, RefusesWhatIsNoDocument) {
  const auto code = [](const std::string& text) {
    return error_text([&] { (void)Network::from_json(text); }).substr(0, 11);
  };
  EXPECT_EQ(code(""), "file-format");
  EXPECT_EQ(code("{"), "file-format");
  EXPECT_EQ(code("[]"), "file-format");
  EXPECT_EQ(code("{\"name\":\"\xff\"}"), "file-format");
  EXPECT_EQ(code("{\"name\":1e999}"), "file-format");
  EXPECT_EQ(code(std::string(1000000, '[')), "file-format");
  EXPECT_EQ(error_text([] { (void)Network::from_json(std::string(1000000, '[')); }),
            "file-format | network | expected at most 16 levels of brackets, got more");
}

TEST(NetworkJson, ChecksShapesOfWhatItReads) {
  Json document = small_document();
  document["input"] = {1, 2, 2};
  EXPECT_EQ(refusal(document),
            "network-invalid | conv1 | expected an input height of at least 3 (window 3, padding 0), got 2");
  document["input"] = {1, -4, 4};
  EXPECT_EQ(refusal(document), "network-invalid | conv1 | expected an input extent of at least 1, got -4");
  document["input"] = {1, 4.5, 4};
  EXPECT_EQ(refusal(document), "file-format | network, key input | expected a list of whole numbers, got array");
}

}  // namespace
}  // namespace alexnet
