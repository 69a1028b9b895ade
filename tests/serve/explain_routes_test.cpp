#include <thread>

#include <gmock/gmock.h>

#include "alexnet/core/files.h"
#include "alexnet/explain/heat.h"

#include "serve/served_fixture.h"

namespace alexnet::serve {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using testing_support::base64;
using testing_support::tiny_model;

class Explaining : public testing_support::ServedTest {
 protected:
  json asked(const std::string& route, int status = 200) {
    const auto answer = post(photo(5), "image/png", route);
    EXPECT_EQ(answer->status, status) << route << ' ' << answer->body;
    return json::parse(answer->body);
  }
};

TEST_F(Explaining, TheHeatMapIsThatOfTheLibraryAndTheNamesThoseOfPredict) {
  const json document = asked("/v1/explain");
  EXPECT_EQ(document["schema"], "alexnet.explained");
  EXPECT_EQ(document["predictions"], asked("/v1/predict")["predictions"]);
  const json& explanation = document["explanation"];
  EXPECT_EQ(explanation["method"], "gradcam");
  EXPECT_EQ(explanation["class"]["index"], document["predictions"][0]["classes"][0]["index"]);
  explain::PhotoPass pass(tiny_model(), *backend_);
  pass.look(dataset_.load(5, true));
  const auto cam = explain::grad_cam(pass, explanation["class"]["index"], "conv1");
  EXPECT_EQ(explanation["layer"], explain::grad_cam_layer(pass.network()));
  EXPECT_EQ(asked("/v1/explain?layer=conv1")["explanation"]["values"], json(cam.map.values));
  EXPECT_THAT(explanation["picture"].get<std::string>(), StartsWith("iVBOR"));  // PNG
}

TEST_F(Explaining, TheWeightsThatPredictionsReadAreEnough) {
  ASSERT_EQ(post(photo(5))->status, 200);
  std::filesystem::remove(folder_ / "flowers.safetensors");
  EXPECT_TRUE(asked("/v1/explain")["explanation"]["evidence"]);
  EXPECT_EQ(asked("/v1/walk")["walk"]["layers"].size(), tiny_model().network.layers().size());
}

TEST_F(Explaining, OtherMethodsAndClassesCanBeAskedFor) {
  const json occlusion = asked("/v1/explain?method=occlusion&class=rose")["explanation"];
  EXPECT_EQ(occlusion["class"], json({{"name", "rose"}, {"index", 1}}));
  EXPECT_GT(occlusion["patch"], 0);
  EXPECT_EQ(asked("/v1/explain?class=2")["explanation"]["class"]["name"], "tulip");
  EXPECT_FALSE(asked("/v1/explain?method=saliency")["explanation"].contains("values"));
  const json predicted = asked("/v1/predict?explain=gradcam");
  EXPECT_EQ(predicted["schema"], "alexnet.predict");
  EXPECT_EQ(predicted["explanation"]["method"], "gradcam");
}

TEST_F(Explaining, RefusesWhatItCannotExplain) {
  for (const char* query : {"method=magic", "class=oak", "class=3", "layer=conv9", "layer=fc3"}) {
    const json error = asked(std::string("/v1/explain?") + query, 400);
    EXPECT_EQ(error["schema"], "alexnet.error") << query;
    EXPECT_FALSE(error["error"]["message"].get<std::string>().empty()) << query;
  }
  asked("/v1/explain?model=nothing", 404);
  EXPECT_EQ(post("no picture", "image/png", "/v1/explain")->status, 422);
  EXPECT_EQ(post(photo(), "text/plain", "/v1/explain")->status, 415);
  const std::string two = json{{"photos", {{{"data", base64(photo())}}, {{"data", base64(photo())}}}}}.dump();
  EXPECT_EQ(post(two, "application/json", "/v1/explain")->status, 400);
}

TEST_F(Explaining, TheWalkNamesEveryLayerOfTheNetwork) {
  const json document = asked("/v1/walk");
  EXPECT_EQ(document["schema"], "alexnet.walk");
  const json& walk = document["walk"];
  ASSERT_EQ(walk["layers"].size(), tiny_model().network.layers().size());
  EXPECT_EQ(walk["layers"][1]["name"], "conv1");
  EXPECT_TRUE(walk["layers"][1].contains("maps"));
  EXPECT_EQ(walk["answer"]["classes"].size(), 3U);
  EXPECT_NEAR(walk["answer"]["classes"][0]["probability"].get<double>(),
              asked("/v1/predict")["predictions"][0]["classes"][0]["probability"].get<double>(), 1e-5);
}

TEST_F(Explaining, TheWalkGivesOneValueWithItsTerms) {
  const json walk = asked("/v1/walk?layer=conv1&unit=2&row=3&column=4&maps=0")["walk"];
  ASSERT_EQ(walk["layers"].size(), 1U);
  const json& example = walk["layers"][0]["example"];
  EXPECT_EQ(example["unit"], 2);
  EXPECT_EQ(example["window"], json({{"top", 3}, {"left", 4}, {"size", 3}}));
  EXPECT_EQ(example["channels"].size(), 3U);
  EXPECT_FALSE(walk["layers"][0].contains("maps"));
}

TEST_F(Explaining, RefusesPlacesThatAreNotThere) {
  for (const char* query : {"layer=conv1&unit=4", "layer=conv1&row=-1", "layer=conv1&row=6", "layer=conv1&column=x",
                            "layer=nothing", "unit=1", "maps=2"}) {
    const json error = asked(std::string("/v1/walk?") + query, 400)["error"];
    EXPECT_FALSE(error["message"].get<std::string>().empty()) << query;
  }
  const auto broken = post(photo().substr(0, 60), "image/png", "/v1/walk");
  EXPECT_EQ(broken->status, 422);
  EXPECT_THAT(broken->body, Not(HasSubstr(folder_.path().string())));
}

TEST_F(Explaining, APhotoOverTheLimitIsNotDecoded) {
  options_.most_pixels = 50;
  asked("/v1/walk", 413);
  asked("/v1/explain", 413);
}

TEST_F(Explaining, AReplacedModelIsExplainedAsItIsNow) {
  const json before = asked("/v1/walk?maps=0")["walk"]["answer"];
  write_model(folder_ / "flowers.safetensors", tiny_model(9));
  EXPECT_THAT(wait_for_notice(1), HasSubstr("was replaced"));
  EXPECT_NE(asked("/v1/walk?maps=0")["walk"]["answer"], before);
}

TEST_F(Explaining, PredictionsDoNotWaitForExplanations) {
  client();
  std::vector<std::thread> busy;
  std::atomic<int> explained = 0;
  for (int i = 0; i < 4; ++i) {
    busy.emplace_back([&, i] {
      httplib::Client own(address());
      const auto answer = own.Post("/v1/explain?method=occlusion", photo(static_cast<std::size_t>(i)), "image/png");
      explained += answer && answer->status == 200 ? 1 : 0;
    });
  }
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(post(photo(7))->status, 200);
  }
  for (auto& thread : busy) {
    thread.join();
  }
  EXPECT_EQ(explained, 4);
}

}  // namespace
}  // namespace alexnet::serve
