#include <cstring>

#include <gmock/gmock.h>

#include "serve/served_fixture.h"

/// The Open Inference Protocol, version 2.
namespace alexnet::serve {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing_support::base64;

class KServe : public testing_support::ServedTest {
 protected:
  static constexpr const char* kInfer = "/v2/models/flowers/infer";

  /// What the predictor says of photo `number`.
  std::vector<double> expected(std::size_t number) {
    Predictor predictor(testing_support::tiny_model(), *backend_);
    return predictor.predict(std::vector<Image>{dataset_.load(number, true)}).at(0);
  }
  /// The photo as one binary element: its length, then its bytes.
  std::string element(std::size_t number) {
    const std::string bytes = photo(number);
    const auto size = static_cast<std::uint32_t>(bytes.size());
    std::string out(sizeof size, '\0');
    std::memcpy(out.data(), &size, sizeof size);
    return out + bytes;
  }
  httplib::Result post_binary(const json& head, const std::string& bytes) {
    const std::string text = head.dump();
    return client().Post(kInfer, {{"Inference-Header-Content-Length", std::to_string(text.size())}}, text + bytes,
                         "application/octet-stream");
  }
};

TEST_F(KServe, SaysWhatItIs) {
  EXPECT_EQ(json::parse(client().Get("/v2")->body)["name"], "alexnet");
  EXPECT_EQ(json::parse(client().Get("/v2/health/live")->body)["live"], true);
  const json ready = json::parse(client().Get("/v2/health/ready")->body);
  EXPECT_EQ(ready["ready"], true);
  EXPECT_EQ(ready["live"], true);
  const json model = json::parse(client().Get("/v2/models/flowers")->body);
  EXPECT_EQ(model["inputs"][0]["shape"], json({-1, 8, 8, 3}));
  EXPECT_EQ(model["outputs"][0]["shape"], json({-1, 3}));
  const std::string version = model["versions"][0];
  EXPECT_EQ(client().Get("/v2/models/flowers/versions/" + version + "/ready")->status, 200);
  EXPECT_EQ(client().Get("/v2/models/flowers/versions/7")->status, 404);
  EXPECT_EQ(client().Get("/v2/models/nothing/ready")->status, 404);
}

TEST_F(KServe, NamesEncodedPhotosInJson) {
  const json body = {
      {"id", "mine"},
      {"inputs",
       {{{"name", "input"}, {"datatype", "BYTES"}, {"shape", {2}}, {"data", {base64(photo(1)), base64(photo(5))}}}}}};
  const json answer = json::parse(post(body.dump(), "application/json", kInfer)->body);
  EXPECT_EQ(answer["id"], "mine");
  EXPECT_EQ(answer["model_name"], "flowers");
  const json& output = answer["outputs"].at(0);
  EXPECT_EQ(output["name"], "probabilities");
  EXPECT_EQ(output["datatype"], "FP32");
  EXPECT_EQ(output["shape"], json({2, 3}));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_FLOAT_EQ(output["data"].at(i).get<float>(), static_cast<float>(expected(1)[i]));
    EXPECT_FLOAT_EQ(output["data"].at(3 + i).get<float>(), static_cast<float>(expected(5)[i]));
  }
}

TEST_F(KServe, NamesEncodedPhotosInBinary) {
  const std::string bytes = element(5);
  const json head = {{"inputs",
                      {{{"name", "input"},
                        {"datatype", "BYTES"},
                        {"shape", {1}},
                        {"parameters", {{"binary_data_size", bytes.size()}}}}}},
                     {"outputs", {{{"name", "probabilities"}, {"parameters", {{"binary_data", true}}}}}}};
  const auto answer = post_binary(head, bytes);
  ASSERT_EQ(answer->status, 200) << answer->body;
  const auto length = std::stoul(answer->get_header_value("Inference-Header-Content-Length"));
  EXPECT_EQ(json::parse(answer->body.substr(0, length))["outputs"][0]["parameters"]["binary_data_size"], 12);
  float values[3];
  ASSERT_EQ(answer->body.size(), length + sizeof values);
  std::memcpy(values, answer->body.data() + length, sizeof values);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_FLOAT_EQ(values[i], static_cast<float>(expected(5)[i]));
  }
}

TEST_F(KServe, TakesPixelsAsTheNetworkReadsThem) {
  // A photo of one colour is the same before and after it is made smaller.
  Image grey(9, 9, 3);
  std::ranges::fill(grey.pixels, std::uint8_t{77});
  Predictor predictor(testing_support::tiny_model(), *backend_);
  const auto wanted = predictor.predict(std::vector<Image>{grey}).at(0);
  for (const char* type : {"UINT8", "FP32"}) {
    const json body = {{"inputs",
                        {{{"name", "input"},
                          {"datatype", type},
                          {"shape", {1, 8, 8, 3}},
                          {"data", std::vector<int>(8 * 8 * 3, 77)}}}}};
    const json answer = json::parse(post(body.dump(), "application/json", kInfer)->body);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_FLOAT_EQ(answer["outputs"][0]["data"].at(i).get<float>(), static_cast<float>(wanted[i])) << type;
    }
  }
}

TEST_F(KServe, ClassificationGivesValueIndexAndName) {
  const json body = {
      {"inputs", {{{"name", "input"}, {"datatype", "BYTES"}, {"shape", {1}}, {"data", {base64(photo(5))}}}}},
      {"outputs", {{{"name", "probabilities"}, {"parameters", {{"classification", 2}}}}}}};
  const json output = json::parse(post(body.dump(), "application/json", kInfer)->body)["outputs"][0];
  EXPECT_EQ(output["datatype"], "BYTES");
  EXPECT_EQ(output["shape"], json({1, 2}));
  const auto values = expected(5);
  const auto best = std::ranges::max_element(values) - values.begin();
  EXPECT_THAT(output["data"].at(0).get<std::string>(),
              HasSubstr(":" + std::to_string(best) + ":" +
                        testing_support::tiny_model().classes[static_cast<std::size_t>(best)]));
}

TEST_F(KServe, RefusesInItsOwnForm) {
  const auto input = [](const json& fields) {
    json whole = {{"name", "input"}, {"datatype", "BYTES"}, {"shape", {1}}};
    whole.update(fields);
    return json{{"inputs", {whole}}}.dump();
  };
  for (const std::string& body : {std::string("{"), std::string("{}"), input({{"data", {3}}}), input({{"data", {"!"}}}),
                                  input({{"data", json::array()}}), input({{"shape", {0}}}), input({{"shape", "many"}}),
                                  input({{"datatype", "FP64"}}), input({{"datatype", "FP32"}, {"data", {1}}}),
                                  input({{"datatype", "UINT8"}, {"shape", {1, 8, 8, 3}}, {"data", {300}}}),
                                  input({{"parameters", {{"binary_data_size", 99}}}})}) {
    const auto answer = post(body, "application/json", kInfer);
    EXPECT_EQ(answer->status, 400) << body;
    EXPECT_TRUE(json::parse(answer->body)["error"].is_string()) << answer->body;
  }
  EXPECT_EQ(post(input({{"data", {base64("no picture")}}}), "application/json", kInfer)->status, 422);
  EXPECT_EQ(
      post_binary(json::parse(input({{"parameters", {{"binary_data_size", 8}}}})), std::string(8, '\xff'))->status,
      400);
}

}  // namespace
}  // namespace alexnet::serve
