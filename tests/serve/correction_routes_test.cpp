#include <algorithm>
#include <filesystem>

#include <gmock/gmock.h>

#include "alexnet/core/files.h"

#include "serve/served_fixture.h"

namespace alexnet::serve {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::MatchesRegex;

class Corrected : public testing_support::ServedTest {
 protected:
  Corrected() { options_.corrections = folder_ / "kept"; }
  std::vector<std::string> kept() const {
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "kept")) {
      if (entry.path().extension() == ".png") {
        files.push_back(fs::relative(entry.path(), folder_ / "kept").string());
      }
    }
    return files;
  }
};

TEST_F(Corrected, APhotoStandsUnderItsRightNameAsATrainingReadsIt) {
  const auto answer = post(photo(3), "image/png", "/v1/correct?right=rose");
  ASSERT_EQ(answer->status, 200) << answer->body;
  const json document = json::parse(answer->body);
  EXPECT_EQ(document["schema"], "alexnet.correction");
  EXPECT_EQ(document["right"], "rose");
  EXPECT_THAT(document["file"].get<std::string>(), MatchesRegex("rose/[0-9a-f]{16}\\.png"));
  EXPECT_EQ(read_text(folder_ / "kept" / document["file"].get<std::string>()), photo(3));
  const std::string said = json::parse(post(photo(3))->body)["predictions"][0]["classes"][0]["name"];
  EXPECT_EQ(document["said"], said);
  const std::string rows = read_text(folder_ / "kept" / "corrections.csv");
  EXPECT_THAT(rows, HasSubstr("time,file,said,right,model,version\n"));
  EXPECT_THAT(rows, HasSubstr("," + document["file"].get<std::string>() + "," + said + ",rose,flowers,"));
}

TEST_F(Corrected, TheLastNameOfAPhotoCounts) {
  post(photo(3), "image/png", "/v1/correct?right=rose");
  post(photo(3), "image/png", "/v1/correct?right=rose");
  post(photo(3), "image/png", "/v1/correct?right=2");
  ASSERT_EQ(kept().size(), 1U);
  EXPECT_TRUE(kept()[0].starts_with("tulip/")) << kept()[0];
  EXPECT_FALSE(fs::exists(folder_ / "kept" / "rose"));
  const std::string rows = read_text(folder_ / "kept" / "corrections.csv");
  EXPECT_EQ(std::ranges::count(rows, '\n'), 4);
}

TEST_F(Corrected, RefusesWhatItShouldNotKeep) {
  EXPECT_EQ(post(photo(), "image/png", "/v1/correct")->status, 400);
  EXPECT_EQ(post(photo(), "image/png", "/v1/correct?right=..%2f..%2foak")->status, 400);
  EXPECT_EQ(post("no picture", "image/png", "/v1/correct?right=rose")->status, 422);
  const auto other_site =
      client().Post("/v1/correct?right=rose", {{"Sec-Fetch-Site", "cross-site"}}, photo(), "image/png");
  EXPECT_EQ(other_site->status, 403);
  EXPECT_FALSE(fs::exists(folder_ / "kept"));
}

TEST_F(Corrected, IsAbsentUnlessItWasAskedFor) {
  EXPECT_TRUE(json::parse(client().Get("/v1/model")->body)["model"]["corrections"]);
  server_.reset();
  options_.corrections.clear();
  EXPECT_EQ(post(photo(), "image/png", "/v1/correct?right=rose")->status, 404);
  EXPECT_FALSE(json::parse(client().Get("/v1/model")->body)["model"]["corrections"]);
}

}  // namespace
}  // namespace alexnet::serve
