#include <gmock/gmock.h>

#include "serve/app_page.h"
#include "serve/page_texts.h"
#include "serve/served_fixture.h"

namespace alexnet::serve {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing_support::keys_of;

class AppPage : public testing_support::ServedTest {};

std::string file_of_page(std::string_view name) {
  for (const PageFile& file : app_page()) {
    if (file.name == name) {
      return std::string(file.body);
    }
  }
  return "";
}

TEST(AppTexts, BothLanguagesHaveTheSameKeysAndPlaceholders) {
  const auto en = keys_of(file_of_page("texts_en.js"));
  ASSERT_GT(en.size(), 150U);
  EXPECT_EQ(en, keys_of(file_of_page("texts_zh.js")));
}

TEST(AppTexts, ThePageAsksForNothingOutsideAndIsSmall) {
  std::size_t bytes = 0;
  for (const PageFile& file : app_page()) {
    EXPECT_EQ(file.body.find("http://"), std::string_view::npos) << file.name;
    EXPECT_EQ(file.body.find("https://"), std::string_view::npos) << file.name;
    EXPECT_EQ(file.body.find(" style=\""), std::string_view::npos) << file.name;  // its policy forbids them
    bytes += file.body.size();
  }
  EXPECT_LT(bytes, 300'000U);
}

TEST_F(AppPage, ComesWithAStrictPolicy) {
  const auto page = client().Get("/");
  EXPECT_EQ(page->status, 200);
  EXPECT_THAT(page->get_header_value("Content-Type"), HasSubstr("text/html"));
  EXPECT_EQ(page->get_header_value_count("Content-Security-Policy"), 1U);
  const std::string policy = page->get_header_value("Content-Security-Policy");
  EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe-inline")));
  EXPECT_EQ(client().Get("/", {{"If-None-Match", page->get_header_value("ETag")}})->status, 304);
  for (const PageFile& file : app_page()) {
    const auto answer = client().Get("/app/" + std::string(file.name));
    EXPECT_EQ(answer->status, 200) << file.name;
    EXPECT_EQ(answer->get_header_value("Content-Type"), file.type);
  }
  EXPECT_EQ(client().Get("/app/nothing.js")->status, 404);
  EXPECT_EQ(client().Get("/app/..%2fserve.js")->status, 404);
}

TEST_F(AppPage, TheCardIsThatOfTheModelAndRunsNothing) {
  const auto made = client().Get("/v1/card");
  EXPECT_THAT(made->body, HasSubstr("flowers"));
  EXPECT_THAT(made->get_header_value("Content-Type"), HasSubstr("text/html"));
  EXPECT_EQ(made->get_header_value_count("Content-Security-Policy"), 1U);
  EXPECT_THAT(made->get_header_value("Content-Security-Policy"), HasSubstr("sandbox"));
  Model model = testing_support::tiny_model();
  model.facts["card"] = R"({"en": "", "zh": "", "html": "<p>its own card</p>"})";
  write_model(folder_ / "flowers.safetensors", model);
  EXPECT_THAT(wait_for_notice(1), HasSubstr("was replaced"));
  EXPECT_EQ(client().Get("/v1/card?model=flowers")->body, "<p>its own card</p>");
  EXPECT_EQ(client().Get("/v1/card?model=nothing")->status, 404);
}

TEST_F(AppPage, ComesWithoutATokenButItsNumbersDoNot) {
  options_.token = "a-token-of-some-length";
  EXPECT_EQ(client().Get("/")->status, 200);
  EXPECT_EQ(client().Get("/app/app.js")->status, 200);
  EXPECT_EQ(client().Get("/v1/models")->status, 401);
  EXPECT_EQ(client().Get("/openapi.json")->status, 401);
  EXPECT_EQ(post(photo(), "image/png", "/v1/walk")->status, 401);
}

TEST_F(AppPage, TheOpenApiDocumentHasEveryRouteAndOnlyThose) {
  const json document = json::parse(client().Get("/openapi.json")->body);
  EXPECT_EQ(document["openapi"], "3.0.3");
  EXPECT_EQ(document["paths"].size(), 22U);
  for (const auto& [path, operations] : document["paths"].items()) {
    std::string asked = path;
    for (const auto& [name, value] :
         {std::pair("{model}", "flowers"), std::pair("{version}", "0"), std::pair("{number}", "0")}) {
      const auto at = asked.find(name);
      asked = at == std::string::npos ? asked : asked.replace(at, std::string(name).size(), value);
    }
    for (const auto& [method, operation] : operations.items()) {
      const auto answer = method == "get" ? client().Get(asked) : client().Post(asked, "", "text/plain");
      EXPECT_THAT(answer->body, Not(HasSubstr("route-missing"))) << asked;
      EXPECT_TRUE(operation["responses"].contains("200")) << asked;
      const std::string status = std::to_string(answer->status);
      EXPECT_TRUE(operation["responses"].contains(status)) << asked << ' ' << status;
    }
  }
}

TEST_F(AppPage, EveryReferenceOfTheDocumentLeadsSomewhere) {
  const json document = json::parse(client().Get("/openapi.json")->body);
  const std::string text = document.dump();
  const std::string start = "#/components/schemas/";
  int found = 0;
  for (auto at = text.find(start); at != std::string::npos; at = text.find(start, at + 1), ++found) {
    const std::string name = text.substr(at + start.size(), text.find('"', at) - at - start.size());
    EXPECT_TRUE(document["components"]["schemas"].contains(name)) << name;
  }
  EXPECT_GT(found, 10);
}

}  // namespace
}  // namespace alexnet::serve
