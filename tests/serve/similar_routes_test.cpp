#include <numeric>

#include <gmock/gmock.h>

#include "alexnet/core/files.h"

#include "serve/served_fixture.h"
#include "support/thrown.h"

namespace alexnet::serve {
namespace {

using nlohmann::json;
using testing_support::message_of;
using testing_support::TinyDataset;

class Similar : public testing_support::ServedTest {
 protected:
  void give_photos() {
    explain::PhotoSet set{.name = "tiny", .dataset = std::make_shared<TinyDataset>()};
    set.items.resize(set.dataset->size());
    std::iota(set.items.begin(), set.items.end(), std::size_t{0});
    set.parts.assign(set.items.size(), Part::kTrain);
    options_.photos = set;
  }
  /// When the photos have been read.
  httplib::Result like(const std::string& body, const std::string& query = "") {
    auto answer = post(body, "image/png", "/v1/similar" + query);
    for (int i = 0; i < 100 && answer->status == 202; ++i) {
      EXPECT_EQ(answer->get_header_value("Retry-After"), "3");
      EXPECT_EQ(json::parse(answer->body)["reading"], true);
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      answer = post(body, "image/png", "/v1/similar" + query);
    }
    return answer;
  }
};

TEST_F(Similar, APhotoOfTheSetFindsItselfFirst) {
  give_photos();
  const json document = json::parse(like(photo(13), "?count=4")->body);
  EXPECT_EQ(document["schema"], "alexnet.similar");
  ASSERT_EQ(document["photos"].size(), 4U);
  const json& first = document["photos"][0];
  EXPECT_EQ(first["file"], "class 1/1.png");
  EXPECT_EQ(first["class"], "class 1");
  EXPECT_EQ(first["part"], "train");
  EXPECT_NEAR(first["distance"].get<double>(), 0, 1e-6);
  EXPECT_GE(document["photos"][3]["distance"], document["photos"][1]["distance"]);
  const auto picture = client().Get(first["picture"].get<std::string>());
  EXPECT_EQ(picture->status, 200);
  EXPECT_EQ(picture->get_header_value("Content-Type"), "image/jpeg");
  EXPECT_EQ(json::parse(client().Get("/v1/model")->body)["model"]["similar_photos"], 36);
}

TEST_F(Similar, IsReadAgainForAReplacedModel) {
  give_photos();
  ASSERT_EQ(like(photo(13))->status, 200);
  write_model(folder_ / "flowers.safetensors", testing_support::tiny_model(9));
  ASSERT_NE(wait_for_notice(1), "");
  EXPECT_EQ(json::parse(like(photo(14))->body)["photos"][0]["file"], "class 1/2.png");
}

TEST_F(Similar, SomePhotosOfTheTestPartMayBeTried) {
  EXPECT_EQ(json::parse(client().Get("/v1/model")->body)["model"]["sample_photos"], json::array());
  server_.reset();
  give_photos();
  options_.photos.parts[7] = options_.photos.parts[30] = Part::kTest;
  const json samples = json::parse(client().Get("/v1/model")->body)["model"]["sample_photos"];
  EXPECT_EQ(samples, json({"/v1/photos/7", "/v1/photos/30"}));
  EXPECT_EQ(client().Get(samples[0].get<std::string>())->status, 200);
}

TEST_F(Similar, RefusesWhatItDoesNotHave) {
  EXPECT_EQ(post(photo(), "image/png", "/v1/similar")->status, 404);
  EXPECT_EQ(client().Get("/v1/photos/0")->status, 404);
  server_.reset();
  give_photos();
  EXPECT_EQ(post(photo(), "image/png", "/v1/similar?count=0")->status, 400);
  EXPECT_EQ(post("no picture", "image/png", "/v1/similar")->status, 422);
  EXPECT_EQ(post("{}", "application/json", "/v1/similar")->status, 400);
  for (const char* number : {"36", "-1", "x", "1x", "99999999999999999999"}) {
    EXPECT_EQ(client().Get(std::string("/v1/photos/") + number)->status, 404) << number;
  }
}

TEST_F(Similar, ClassesHaveTheNamesOfTheFileBesideTheModel) {
  write_file_atomically(folder_ / "class-names.csv", "class,zh,latin\nrose,玫瑰,Rosa\n\"tulip\",郁金香,\n");
  const json names = json::parse(client().Get("/v1/model")->body)["model"]["class_names"];
  EXPECT_EQ(names["rose"], json({{"zh", "玫瑰"}, {"latin", "Rosa"}}));
  EXPECT_EQ(names["tulip"]["latin"], "");
  EXPECT_FALSE(names.contains("daisy"));
  write_file_atomically(folder_ / "class-names.csv", "name,chinese\n");
  EXPECT_EQ(message_of([&] { ModelServer(*backend_, options_); }), Message::kFileFormat);
}

}  // namespace
}  // namespace alexnet::serve
