#include <gtest/gtest.h>

#include "cli/trained_fixture.h"

namespace alexnet::testing {
namespace {

using CliSimilar = TrainedTest;

TEST_F(CliSimilar, APhotoOfTheRunFindsItselfFirst) {
  const auto document = alexnet({"similar", "run", "photos/rose/12.png", "--json", "--top", "4"}, here()).json();
  EXPECT_EQ(document["schema"], "alexnet.similar");
  ASSERT_EQ(document["neighbours"].size(), 4U);
  const auto& first = document["neighbours"][0];
  EXPECT_EQ(first["file"], "rose/12.png");
  EXPECT_EQ(first["distance"], 0);
  EXPECT_EQ(first["class"], "rose");
  EXPECT_TRUE(first["part"].is_string());
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_GE(document["neighbours"][i]["distance"], document["neighbours"][i - 1]["distance"]);
    EXPECT_GT(document["neighbours"][i]["distance"], 0);
  }
  const auto words = alexnet({"similar", "run", "photos/rose/12.png"}, here());
  EXPECT_NE(words.out.find("  0.000000  rose "), std::string::npos) << words.out;
}

TEST_F(CliSimilar, ACopyInAnotherPartIsWarnedOf) {
  const Workplace w;
  for (int label = 0; label < 2; ++label) {
    for (int i = 0; i < 5; ++i) {
      const auto name = std::string(label == 0 ? "/daisy/" : "/rose/") + std::to_string(i) + ".png";
      write(w / ("parts/train" + name), tiny_photo(label, i));
      write(w / ("parts/test" + name), tiny_photo(label, 100 + i));
    }
  }
  const auto photo = (w / "parts/train/rose/2.png").string();
  const auto clean = alexnet({"similar", "run", photo, "--photos", (w / "parts").string(), "--json"}, here()).json();
  EXPECT_EQ(clean["neighbours"][0]["file"], "train/rose/2.png");
  EXPECT_EQ(clean["neighbours"][0]["part"], "train");
  write(w / "parts/test/rose/copy.png", tiny_photo(1, 2));
  const auto copied = alexnet({"similar", "run", photo, "--photos", (w / "parts").string()}, here());
  EXPECT_EQ(copied.status, 0);
  EXPECT_NE(copied.err.find("are the same to the network"), std::string::npos) << copied.err;
  EXPECT_NE(copied.err.find("test/rose/copy.png (part test)"), std::string::npos) << copied.err;
  EXPECT_TRUE(alexnet({"similar", "run", photo, "--photos", (w / "parts").string(), "--json"}, here()).json()["leak"]);
}

TEST_F(CliSimilar, SaysWhatIsWrong) {
  EXPECT_EQ(alexnet({"similar", "run"}, here()).status, 2);
  EXPECT_EQ(alexnet({"similar", "run", "photos"}, here()).status, 2);  // many photos
  EXPECT_EQ(alexnet({"similar", "run/model.safetensors", "rose.png"}, here()).status, 2);
  EXPECT_EQ(alexnet({"similar", "run", "nothing.png"}, here()).status, 3);
}

}  // namespace
}  // namespace alexnet::testing
