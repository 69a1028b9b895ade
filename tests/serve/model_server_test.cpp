#include "alexnet/serve/model_server.h"

#include <thread>

#include <gmock/gmock.h>

#include "alexnet/core/files.h"

#include "serve/served_fixture.h"
#include "support/thrown.h"

namespace alexnet::serve {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing_support::base64;
using testing_support::message_of;
using testing_support::tiny_model;

std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class Serve : public testing_support::ServedTest {};

TEST_F(Serve, NamesAPhotoAsThePredictorDoes) {
  Predictor predictor(tiny_model(), *backend_);
  const auto expected = predictor.predict(std::vector<Image>{dataset_.load(5, true)}).at(0);
  const json document = json::parse(post(photo(5))->body);
  EXPECT_EQ(document["schema"], "alexnet.predict");
  EXPECT_EQ(document["model"]["name"], "flowers");
  const json& classes = document["predictions"].at(0)["classes"];
  ASSERT_EQ(classes.size(), 3U);
  for (const json& one : classes) {
    EXPECT_EQ(one["probability"], expected.at(one["index"]));
  }
}

/// Names of an object's keys, in their order.
std::string keys_of(const nlohmann::ordered_json& object) {
  std::string names;
  for (const auto& [name, value] : object.items()) {
    names += (names.empty() ? "" : " ") + name;
  }
  return names;
}

TEST_F(Serve, VersionOneOfTheAnswerHasTheseKeysForGood) {
  const auto document = nlohmann::ordered_json::parse(post(photo(), "image/png", "/v1/predict?min_confidence=0")->body);
  EXPECT_EQ(document["version"], 1);
  EXPECT_EQ(keys_of(document), "schema version request_id model preprocessing_id precision timings predictions");
  EXPECT_EQ(keys_of(document["model"]), "name version");
  EXPECT_EQ(keys_of(document["timings"]), "decode_ms queue_ms compute_ms batch");
  EXPECT_EQ(keys_of(document["predictions"][0]), "file classes unknown");
  EXPECT_EQ(keys_of(document["predictions"][0]["classes"][0]), "name index probability");
  const auto error = nlohmann::ordered_json::parse(post("no picture")->body);
  EXPECT_EQ(keys_of(error), "schema version error");
  EXPECT_EQ(keys_of(error["error"]), "code message where hint");
}

TEST_F(Serve, ThreeWaysOfSendingAPhotoGiveTheSameDigits) {
  const auto predictions = [](const httplib::Result& answer) {
    return json::parse(answer->body)["predictions"].at(0)["classes"].dump();
  };
  const std::string raw = predictions(post(photo(7)));
  EXPECT_EQ(raw, predictions(post(json{{"data", base64(photo(7))}}.dump(), "application/json")));
  const httplib::MultipartFormDataItems form = {{"file", photo(7), "rose.png", "image/png"}};
  EXPECT_EQ(raw, predictions(client().Post("/v1/predict", form)));
}

TEST_F(Serve, ManyPhotosAtOnceKeepTheirOrderAndTheirErrors) {
  json body = {{"photos", json::array()}};
  for (int i = 0; i < 20; ++i) {
    const std::string bytes = i == 3 ? "no picture" : photo(static_cast<std::size_t>(i));
    body["photos"].push_back({{"name", std::to_string(i)}, {"data", base64(bytes)}});
  }
  const json document = json::parse(post(body.dump(), "application/json", "/v1/predict?top=1")->body);
  ASSERT_EQ(document["predictions"].size(), 20U);
  for (int i = 0; i < 20; ++i) {
    const json& entry = document["predictions"].at(static_cast<std::size_t>(i));
    EXPECT_EQ(entry["file"], std::to_string(i));
    EXPECT_EQ(entry.contains("error"), i == 3);
    EXPECT_EQ(entry.contains("classes"), i != 3);
  }
}

TEST_F(Serve, SaysUnknownBelowTheAskedConfidence) {
  const auto unknown = [&](const std::string& least) {
    return json::parse(post(photo(), "image/png", "/v1/predict?min_confidence=" + least)->body)["predictions"].at(
        0)["unknown"];
  };
  EXPECT_EQ(unknown("0"), false);
  EXPECT_EQ(unknown("1"), true);
  EXPECT_EQ(post(photo(), "image/png", "/v1/predict?min_confidence=much")->status, 400);
}

TEST_F(Serve, RefusesWithTheStatusOfTheReason) {
  options_.most_pixels = 10'000;
  options_.most_bytes = 100'000;
  EXPECT_EQ(post("no picture")->status, 422);
  EXPECT_EQ(post(photo().substr(0, 60))->status, 422);
  EXPECT_EQ(post("", "image/png")->status, 422);
  EXPECT_EQ(post(photo(), "text/plain")->status, 415);
  EXPECT_EQ(post("{", "application/json")->status, 400);
  EXPECT_EQ(post(photo(), "image/png", "/v1/predict?top=0")->status, 400);
  EXPECT_EQ(post(photo(), "image/png", "/v1/predict?model=nothing")->status, 404);
  EXPECT_EQ(post(text_of(encode_png(Image(200, 200, 3))))->status, 413);
  EXPECT_EQ(post(std::string(200'000, 'x'))->status, 413);
  EXPECT_EQ(client().Get("/v1/nothing")->status, 404);
  const auto refused = post("no picture");
  const json error = json::parse(refused->body);
  EXPECT_EQ(error["schema"], "alexnet.error");
  EXPECT_EQ(error["error"]["code"], "photo-not-picture");
  EXPECT_THAT(refused->body, Not(HasSubstr(folder_.path().string())));
}

TEST_F(Serve, AFullQueueIs503WithATimeToComeBack) {
  options_.queue = 1;
  const std::string two = json{{"photos", {{{"data", base64(photo())}}, {{"data", base64(photo())}}}}}.dump();
  const auto answer = post(two, "application/json");
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->get_header_value("Retry-After"), "1");
  EXPECT_EQ(post(photo())->status, 200);
}

TEST_F(Serve, TheRequestKeepsItsName) {
  const auto answer = client().Post("/v1/predict", {{"X-Request-Id", "mine-7"}}, photo(), "image/png");
  EXPECT_EQ(answer->get_header_value("X-Request-Id"), "mine-7");
  EXPECT_EQ(json::parse(answer->body)["request_id"], "mine-7");
  const auto other = client().Post("/v1/predict", {{"X-Request-Id", "<b>"}}, photo(), "image/png");
  EXPECT_NE(other->get_header_value("X-Request-Id"), "<b>");
}

TEST_F(Serve, SaysWhatItServes) {
  write_model(folder_ / "others.safetensors", tiny_model(9));
  options_.models.push_back(folder_ / "others.safetensors");
  const json model = json::parse(client().Get("/v1/model")->body)["model"];
  EXPECT_EQ(model["classes"], json({"daisy", "rose", "tulip"}));
  EXPECT_EQ(model["preprocessing"]["resize"], 9);
  EXPECT_EQ(model["precision"], "f32");
  EXPECT_EQ(server_->models().at(1).name, "others");
  EXPECT_EQ(json::parse(client().Get("/v1/model?model=others")->body)["model"]["name"], "others");
  EXPECT_EQ(json::parse(client().Get("/v1/models")->body)["models"].size(), 2U);
  const auto one = post(photo(), "image/png", "/v1/predict?model=others")->body;
  EXPECT_EQ(json::parse(one)["model"]["name"], "others");
}

TEST_F(Serve, ComputesAtThePrecisionThatWasAskedForAndSaysSo) {
  const json exact = json::parse(post(photo(5))->body);
  EXPECT_EQ(exact["precision"], "f32");
  server_.reset();
  options_.precision = PrecisionChoice::kBF16;
  const json rounded = json::parse(post(photo(5))->body);
  EXPECT_EQ(rounded["precision"], "bf16");
  EXPECT_NE(rounded["predictions"], exact["predictions"]);
  EXPECT_EQ(server_->models().at(0).precision, Precision::kBF16);
}

TEST_F(Serve, CountsInTheFormOfPrometheus) {
  post(photo());
  post("no picture");
  // A request is counted when its answer has been sent.
  const char* last = "alexnet_http_requests_total{route=\"/v1/predict\",code=\"422\"} 1\n";
  std::string text;
  for (int i = 0; i < 100 && text.find(last) == std::string::npos; ++i) {
    std::this_thread::sleep_for(20ms);
    text = client().Get("/metrics")->body;
  }
  EXPECT_THAT(text, HasSubstr("alexnet_http_requests_total{route=\"/v1/predict\",code=\"200\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("alexnet_http_requests_total{route=\"/v1/predict\",code=\"422\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("alexnet_photos_rejected_total{reason=\"unreadable\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("alexnet_predictions_total 1\n"));
  EXPECT_THAT(text, HasSubstr("alexnet_batch_size_bucket{le=\"1\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("alexnet_batch_size_bucket{le=\"+Inf\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("alexnet_model_info{model=\"flowers\",version=\""));
  EXPECT_THAT(text, HasSubstr("\",precision=\"f32\"} 1\n"));
}

TEST_F(Serve, LogsNeitherPhotoNorTokenNorWhatWasAskedFor) {
  options_.token = "a-token-of-some-length";
  client().Get("/secret-path?key=value");
  client().Get("/v1/model", {{"Authorization", "Bearer a-token-of-some-length"}});
  server_->stop();
  ASSERT_EQ(log_.size(), 2U);
  const std::string both = log_[0] + log_[1];  // in the order in which they were sent off
  EXPECT_THAT(both, HasSubstr(R"("route":"other","status":401)"));
  EXPECT_THAT(both, HasSubstr(R"("route":"/v1/model","status":200)"));
  for (const auto& line : log_) {
    EXPECT_THAT(line, Not(HasSubstr("secret")));
    EXPECT_THAT(line, Not(HasSubstr("a-token")));
  }
}

TEST_F(Serve, AsksForTheToken) {
  options_.token = "a-token-of-some-length";
  EXPECT_EQ(client().Get("/v1/model")->status, 401);
  EXPECT_EQ(client().Get("/v1/model", {{"Authorization", "Bearer a-token-of-some-lengtH"}})->status, 401);
  EXPECT_EQ(client().Get("/v1/model", {{"Authorization", "Bearer a-token-of-some-length"}})->status, 200);
  EXPECT_EQ(client().Get("/healthz")->status, 200);
}

TEST_F(Serve, AnswersUnderItsOwnNameOnly) {
  EXPECT_EQ(client().Get("/v1/model", {{"Host", "elsewhere.example"}})->status, 403);
}

TEST_F(Serve, AnotherMethodIsRefusedWithThoseThatThereAre) {
  const auto got = client().Get("/v1/predict");
  EXPECT_EQ(got->status, 405);
  EXPECT_EQ(got->get_header_value("Allow"), "POST");
  EXPECT_EQ(json::parse(got->body)["error"]["code"], "method-unsupported");
  EXPECT_EQ(client().Delete("/v1/model")->get_header_value("Allow"), "GET, HEAD");
  EXPECT_EQ(client().Head("/v1/model")->status, 200);
  EXPECT_EQ(client().Delete("/v1/nothing")->status, 404);
  httplib::Request query;
  query.method = "QUERY";
  query.path = "/v1/model";
  EXPECT_EQ(client().send(query)->status, 405);
}

TEST_F(Serve, TakesAReplacedFileAndRefusesABrokenOne) {
  const json before = json::parse(post(photo())->body);
  write_model(folder_ / "flowers.safetensors", tiny_model(9));
  EXPECT_THAT(wait_for_notice(1), HasSubstr("was replaced"));
  const json after = json::parse(post(photo())->body);
  EXPECT_NE(before["model"]["version"], after["model"]["version"]);
  EXPECT_NE(before["predictions"], after["predictions"]);
  write_file_atomically(folder_ / "flowers.safetensors", "this is no model");
  EXPECT_THAT(wait_for_notice(2), HasSubstr("is refused"));
  EXPECT_EQ(json::parse(post(photo())->body)["predictions"], after["predictions"]);
}

TEST_F(Serve, AnswersWhatItAcceptedBeforeItEnds) {
  client();
  const auto bytes = encode_png(Image(6000, 6000, 3));  // some tenths of a second to decode
  const std::string large(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  int status = 0;
  std::thread asking([&] { status = post(large)->status; });
  std::this_thread::sleep_for(100ms);
  server_->stop();
  asking.join();
  EXPECT_EQ(status, 200);
}

TEST_F(Serve, ManyClientsAtOnceGetTheirOwnAnswers) {
  options_.batch_wait = 5ms;
  client();
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < 8; ++i) {
    expected.push_back(json::parse(post(photo(i))->body)["predictions"].at(0)["classes"].dump());
  }
  std::vector<std::thread> threads;
  std::vector<int> wrong(8);
  for (std::size_t i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      httplib::Client own(address());
      for (int round = 0; round < 20; ++round) {
        const auto answer = own.Post("/v1/predict", photo(i), "image/png");
        wrong[i] += !answer || json::parse(answer->body)["predictions"].at(0)["classes"].dump() != expected[i] ? 1 : 0;
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  EXPECT_THAT(wrong, testing::Each(0));
}

TEST_F(Serve, NeedsModelsOfDifferentNames) {
  std::filesystem::create_directories(folder_ / "other");
  write_model(folder_ / "other" / "flowers.safetensors", tiny_model());
  options_.models.push_back(folder_ / "other" / "flowers.safetensors");
  EXPECT_EQ(message_of([&] { ModelServer(*backend_, options_); }), Message::kOptionInvalid);
}

}  // namespace
}  // namespace alexnet::serve
